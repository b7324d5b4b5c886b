"""What the kubelet, the runtimes, the scheduler and the API server say before a container runs, and what it has to be taken for.

The formats are those of Kubernetes 1.36 and of the runtimes, registries, network plugins and drivers; the names are invented.
"""

from dataclasses import replace

import pytest

from kubectl_why.collect.reader import Reader, room_taken
from kubectl_why.collect.references import wants_more
from kubectl_why.diagnose import diagnose
from kubectl_why.facts import moment
from kubectl_why.model import Confidence
from kubectl_why.nodes import candidates
from tests.test_reasons import AGO, changed, conditions, creating, event, owner, owner_says, pending, waiting

# -- images: the cause, the image, and the words of the runtime

PULLS = [
    ("image-not-found", "x/y:1", 'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/x/y:1": failed to resolve image: docker.io/x/y:1: not found'),
    ("image-pull-unauthorized", "nosuchorg/nosuch:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/nosuchorg/nosuch:1": failed to resolve reference "docker.io/nosuchorg/nosuch:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'),
    ("image-pull-unauthorized", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": failed to resolve reference "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": unexpected status from HEAD request to https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/app/manifests/1: 403 Forbidden'),
    ("image-pull-unauthorized", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", "rpc error: code = Unknown desc = Error response from daemon: Get https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/app/manifests/1: no basic auth credentials"),
    ("image-not-found", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", 'rpc error: code = NotFound desc = failed to pull and unpack image "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": failed to resolve reference "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1: not found'),
    ("image-pull-unauthorized", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": failed to resolve reference "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials'),
    ("image-pull-unauthorized", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", "rpc error: code = Unknown desc = Error response from daemon: pull access denied for 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again."),
    ("image-pull-unauthorized", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", "rpc error: code = Unknown desc = Error response from daemon: pull access denied for 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app, repository does not exist or may require 'docker login': denied: User: arn:aws:sts::123456789012:assumed-role/node/i-0a1 is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/app because no resource-based policy allows the ecr:BatchGetImage action"),
    ("image-not-found", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", "rpc error: code = Unknown desc = Error response from daemon: repository 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app not found: name unknown: The repository with name 'app' does not exist in the registry with id '123456789012'"),
    ("image-pull-unauthorized", "gcr.io/my-project/api:v1", 'rpc error: code = Unknown desc = failed to pull and unpack image "gcr.io/my-project/api:v1": failed to resolve reference "gcr.io/my-project/api:v1": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://gcr.io/v2/token?scope=repository%3Amy-project%2Fapi%3Apull&service=gcr.io: 403 Forbidden'),
    ("image-not-found", "europe-west1-docker.pkg.dev/p/r/api:v1", 'rpc error: code = NotFound desc = failed to pull and unpack image "europe-west1-docker.pkg.dev/p/r/api:v1": failed to resolve reference "europe-west1-docker.pkg.dev/p/r/api:v1": europe-west1-docker.pkg.dev/p/r/api:v1: not found'),
    ("image-pull-unauthorized", "europe-west1-docker.pkg.dev/p/r/api:v1", 'rpc error: code = Unknown desc = failed to pull and unpack image "europe-west1-docker.pkg.dev/p/r/api:v1": failed to resolve reference "europe-west1-docker.pkg.dev/p/r/api:v1": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://europe-west1-docker.pkg.dev/v2/token?scope=repository%3Ap%2Fr%2Fapi%3Apull&service=europe-west1-docker.pkg.dev: 403 Forbidden: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource (or it may not exist)'),
    ("image-pull-unauthorized", "team.azurecr.io/web:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "team.azurecr.io/web:1": failed to resolve reference "team.azurecr.io/web:1": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://team.azurecr.io/oauth2/token?scope=repository%3Aweb%3Apull&service=team.azurecr.io: 401 Unauthorized'),
    ("image-pull-unauthorized", "team.azurecr.io/web:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "team.azurecr.io/web:1": failed to resolve reference "team.azurecr.io/web:1": unexpected status from HEAD request to https://team.azurecr.io/v2/web/manifests/1: 403 Forbidden: client with IP \'20.1.2.3\' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.'),
    ("image-pull-unauthorized", "ghcr.io/org/private:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "ghcr.io/org/private:1": failed to resolve reference "ghcr.io/org/private:1": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aorg%2Fprivate%3Apull&service=ghcr.io: 401 Unauthorized'),
    ("image-pull-unauthorized", "ghcr.io/org/private:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "ghcr.io/org/private:1": failed to resolve reference "ghcr.io/org/private:1": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aorg%2Fprivate%3Apull&service=ghcr.io: 403 Forbidden'),
    ("image-not-found", "ghcr.io/org/pub:9", 'rpc error: code = NotFound desc = failed to pull and unpack image "ghcr.io/org/pub:9": failed to resolve reference "ghcr.io/org/pub:9": ghcr.io/org/pub:9: not found'),
    ("image-pull-unauthorized", "quay.io/org/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "quay.io/org/app:1": failed to resolve reference "quay.io/org/app:1": unexpected status from HEAD request to https://quay.io/v2/org/app/manifests/1: 401 UNAUTHORIZED'),
    ("image-pull-unauthorized", "quay.io/org/app:1", "reading manifest 1 in quay.io/org/app: unauthorized: access to the requested resource is not authorized"),
    ("image-not-found", "quay.io/org/app:1", "reading manifest 1 in quay.io/org/app: manifest unknown"),
    ("image-not-found", "quay.io/org/app:1", "rpc error: code = Unknown desc = reading manifest 1 in quay.io/org/app: manifest unknown: manifest unknown"),
    ("image-pull-unauthorized", "quay.io/org/app:1", "initializing source docker://quay.io/org/app:1: unable to retrieve auth token: invalid username/password: unauthorized: Could not find robot with specified username"),
    ("image-pull-unauthorized", "docker.io/library/ngnix:1", "initializing source docker://ngnix:1: reading manifest 1 in docker.io/library/ngnix: requested access to the resource is denied"),
    ("image-pull-unauthorized", "harbor.corp.example/proj/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "harbor.corp.example/proj/app:1": failed to resolve reference "harbor.corp.example/proj/app:1": unexpected status from HEAD request to https://harbor.corp.example/v2/proj/app/manifests/1: 401 Unauthorized'),
    ("image-not-found", "harbor.corp.example/proj/app:1", "rpc error: code = Unknown desc = Error response from daemon: unknown: artifact proj/app:1 not found"),
    ("image-not-found", "harbor.corp.example/proj/app:1", "rpc error: code = Unknown desc = Error response from daemon: unknown: repository proj/app not found"),
    ("image-not-found", "harbor.corp.example/proj/app:1", "rpc error: code = Unknown desc = Error response from daemon: manifest for harbor.corp.example/proj/app:1 not found: manifest unknown: manifest unknown"),
    ("image-pull-unauthorized", "nexus.corp.example:8083/app:1", 'rpc error: code = Unknown desc = Error response from daemon: Head "https://nexus.corp.example:8083/v2/app/manifests/1": unauthorized: access to the requested resource is not authorized'),
    ("image-not-found", "artifactory.corp.example/docker-local/app:1", "rpc error: code = Unknown desc = Error response from daemon: manifest for artifactory.corp.example/docker-local/app:1 not found: manifest unknown: The named manifest is not known to the registry."),
    ("image-pull-unauthorized", "registry.gitlab.com/g/p:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "registry.gitlab.com/g/p:1": failed to resolve reference "registry.gitlab.com/g/p:1": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://gitlab.com/jwt/auth?scope=repository%3Ag%2Fp%3Apull&service=container_registry: 403 Forbidden'),
    ("image-pull-unauthorized", "registry.gitlab.com/g/p:1", 'rpc error: code = Unknown desc = Error response from daemon: Get "https://registry.gitlab.com/v2/g/p/manifests/1": denied: access forbidden'),
    ("image-pull-unauthorized", "registry.gitlab.com/g/p:1", 'rpc error: code = Unknown desc = Error response from daemon: Head "https://registry.gitlab.com/v2/g/p/manifests/1": denied: HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you are required to use a token instead of a password.'),
    ("image-rate-limited", "redis:7", 'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/redis:7": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:4fb77a63d6c7e1e1f2f6e3b4c9f4a7bb9c94cdb27b8a4ba42bdcbad0bd5c4f1e: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit'),
    ("image-rate-limited", "redis:7", "rpc error: code = Unknown desc = Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"),
    ("image-rate-limited", "public.ecr.aws/x/y:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "public.ecr.aws/x/y:1": failed to resolve reference "public.ecr.aws/x/y:1": unexpected status from HEAD request to https://public.ecr.aws/v2/x/y/manifests/1: 429 Too Many Requests'),
    ("image-rate-limited", "quay.io/org/app:1", "rpc error: code = Unknown desc = reading manifest 1 in quay.io/org/app: toomanyrequests: too many requests to registry"),
    ("image-rate-limited", "ghcr.io/org/pub:9", 'rpc error: code = Unknown desc = failed to pull and unpack image "ghcr.io/org/pub:9": failed to resolve reference "ghcr.io/org/pub:9": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aorg%2Fpub%3Apull&service=ghcr.io: 429 Too Many Requests'),
    ("image-registry-unreachable", "reg.corp.example:5000/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example:5000/app:1": failed to resolve reference "reg.corp.example:5000/app:1": failed to do request: Head "https://reg.corp.example:5000/v2/app/manifests/1": dial tcp 10.1.2.3:5000: connect: connection refused'),
    ("image-registry-unreachable", "reg.corp.example:5000/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example:5000/app:1": failed to resolve reference "reg.corp.example:5000/app:1": failed to do request: Head "https://reg.corp.example:5000/v2/app/manifests/1": dial tcp [2001:db8::5]:5000: i/o timeout'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": dial tcp: lookup reg.corp.example on 10.0.0.2:53: server misbehaving'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": dial tcp: lookup reg.corp.example: Temporary failure in name resolution'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": proxyconnect tcp: dial tcp 10.9.9.9:3128: connect: connection refused'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": Proxy Authentication Required'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": Forbidden'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": unexpected status from HEAD request to https://reg.corp.example/v2/app/manifests/1: 503 Service Unavailable'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": unexpected status from HEAD request to https://reg.corp.example/v2/app/manifests/1: 502 Bad Gateway'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": EOF'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to copy: read tcp 10.0.0.4:51234->52.1.2.3:443: read: connection reset by peer'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Canceled desc = failed to pull and unpack image "reg.corp.example/app:1": failed to copy: context canceled'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = DeadlineExceeded desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": context deadline exceeded'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": net/http: TLS handshake timeout'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = Error response from daemon: Get "https://reg.corp.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)'),
    ("image-registry-unreachable", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = pinging container registry reg.corp.example: Get "https://reg.corp.example/v2/": dial tcp: lookup reg.corp.example: no such host'),
    ("image-registry-unreachable", "reg.corp.example/app:1", "rpc error: code = Unknown desc = initializing source docker://reg.corp.example/app:1: pinging container registry reg.corp.example: received unexpected HTTP status: 503 Service Unavailable"),
    ("image-registry-unreachable", "reg.corp.example/app:1", "rpc error: code = Unknown desc = initializing source docker://reg.corp.example/app:1: reading manifest 1 in reg.corp.example/app: received unexpected HTTP status: 500 Internal Server Error"),
    ("image-registry-unreachable", "reg.corp.example/app:1", "rpc error: code = Unknown desc = Error response from daemon: received unexpected HTTP status: 503 Service Unavailable"),
    ("image-registry-untrusted", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-05-01T10:00:00Z is after 2026-04-01T00:00:00Z'),
    ("image-registry-untrusted", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": tls: failed to verify certificate: x509: certificate is valid for old.corp.example, not reg.corp.example'),
    ("image-registry-untrusted", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": http: server gave HTTP response to HTTPS client'),
    ("image-registry-untrusted", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": remote error: tls: handshake failure'),
    ("image-registry-untrusted", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": tls: first record does not look like a TLS handshake'),
    ("image-registry-untrusted", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": tls: failed to verify certificate: x509: cannot validate certificate for 10.0.0.9 because it doesn\'t contain any IP SANs'),
    ("image-registry-untrusted", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to resolve reference "reg.corp.example/app:1": failed to do request: Head "https://reg.corp.example/v2/app/manifests/1": tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead'),
    ("image-registry-untrusted", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = pinging container registry reg.corp.example: Get "http://reg.corp.example/v2/": http: server gave HTTP response to HTTPS client'),
    ("image-platform-mismatch", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = choosing an image from manifest list docker://reg.corp.example/app:1: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"'),
    ("image-platform-mismatch", "reg.corp.example/app:1", "rpc error: code = Unknown desc = Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries"),
    ("image-platform-mismatch", "reg.corp.example/app:1", 'rpc error: code = NotFound desc = failed to pull and unpack image "reg.corp.example/app:1": no match for platform in manifest: not found'),
    ("image-platform-mismatch", "mcr.microsoft.com/x/y:1", 'rpc error: code = Unknown desc = Error response from daemon: image operating system "windows" cannot be used on this platform'),
    ("unknown", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to extract layer sha256:aa: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/3/fs/usr/lib/x: no space left on device: unknown'),
    ("unknown", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to copy: failed to send write: write /var/lib/containerd/io.containerd.content.v1.content/ingest/a/data: no space left on device: unknown'),
    ("unknown", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": unsupported media type application/vnd.docker.distribution.manifest.v1+prettyjws'),
    ("unknown", "reg.corp.example/app:1", 'rpc error: code = Unimplemented desc = failed to pull and unpack image "reg.corp.example/app:1": not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image as "application/vnd.docker.distribution.manifest.v2+json" or "application/vnd.oci.image.manifest.v1+json"'),
    ("unknown", "reg.corp.example/app:1", "SignatureValidationFailed: image pull failed for reg.corp.example/app:1 because the signature validation failed: Source image rejected: A signature was required, but no signature exists"),
    ("image-not-found", "reg.corp.example/app@sha256:0000000000000000000000000000000000000000000000000000000000000001", 'rpc error: code = NotFound desc = failed to pull and unpack image "reg.corp.example/app@sha256:0000000000000000000000000000000000000000000000000000000000000001": failed to resolve reference "reg.corp.example/app@sha256:0000000000000000000000000000000000000000000000000000000000000001": reg.corp.example/app@sha256:0000000000000000000000000000000000000000000000000000000000000001: not found'),
    ("image-not-found", "reg.corp.example/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "reg.corp.example/app:1": failed to copy: httpReadSeeker: failed open: content at https://reg.corp.example/v2/app/blobs/sha256:1111111111111111111111111111111111111111111111111111111111111111 not found: not found'),
    ("unknown", "reg.corp.example/app:1", "pull QPS exceeded"),
    ("image-registry-unreachable", "[2001:db8::9]:5000/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "[2001:db8::9]:5000/app:1": failed to resolve reference "[2001:db8::9]:5000/app:1": failed to do request: Head "https://[2001:db8::9]:5000/v2/app/manifests/1": dial tcp [2001:db8::9]:5000: connect: no route to host'),
    ("image-registry-unreachable", "localhost:5000/app:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "localhost:5000/app:1": failed to resolve reference "localhost:5000/app:1": failed to do request: Head "http://localhost:5000/v2/app/manifests/1": dial tcp [::1]:5000: connect: connection refused'),
    ("image-registry-unreachable", "postgres:16", 'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/postgres:16": failed to resolve reference "docker.io/library/postgres:16": failed to do request: Head "https://registry-1.docker.io/v2/library/postgres/manifests/16": dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: read udp 127.0.0.1:40000->127.0.0.53:53: i/o timeout'),
    ("image-pull-unauthorized", "postgres:16", 'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/postgres:16": failed to resolve reference "docker.io/library/postgres:16": failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://auth.docker.io/token: 401 Unauthorized'),
    ("image-pull-unauthorized", "postgres:16", 'rpc error: code = Unknown desc = Error response from daemon: Get "https://registry-1.docker.io/v2/library/postgres/manifests/16": unauthorized: incorrect username or password'),
    ("image-name-invalid", "shop", 'rpc error: code = Unknown desc = short-name "shop:latest" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"'),
    ("image-not-found", "registry.k8s.io/pause:9", 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.k8s.io/pause:9": failed to resolve reference "registry.k8s.io/pause:9": registry.k8s.io/pause:9: not found'),
    ("unknown", "r.example/a/b:1", 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"'),
    ("unknown", "r.example/a/b:1", 'failed to pull and unpack image "r.example/a/b:1": failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:aa: not found'),
    ("image-registry-unreachable", "r.example/a/b:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "r.example/a/b:1": failed to resolve reference "r.example/a/b:1": failed to do request: Head "https://r.example/v2/a/b/manifests/1": dial tcp: lookup r.example: no such host'),
    ("image-not-found", "r.example/timeout/denied-403:tls", 'rpc error: code = NotFound desc = failed to pull and unpack image "r.example/timeout/denied-403:tls": failed to resolve reference "r.example/timeout/denied-403:tls": r.example/timeout/denied-403:tls: not found'),
    ("image-not-found", "r.example/a/b:1", 'rpc error: code = Unknown desc = Error response from daemon: manifest for r.example/a/b:1 not found: manifest unknown: Failed to fetch "1"'),
    ("image-not-found", "r.example/a/b:1", "rpc error: code = Unknown desc = reading manifest 1 in r.example/a/b: name unknown: repository name not known to registry"),
    ("image-not-found", "r.example/a/b:1", 'rpc error: code = Unknown desc = Error response from daemon: failed to resolve reference "r.example/a/b:1": r.example/a/b:1: not found'),
    ("image-not-found", "r.example/a/b:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "r.example/a/b:1": failed to resolve reference "r.example/a/b:1": unexpected status from HEAD request to https://r.example/v2/a/b/manifests/1: 404 Not Found'),
    ("image-registry-unreachable", "r.example/a/b:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "r.example/a/b:1": failed to resolve reference "r.example/a/b:1": unexpected status from HEAD request to https://r.example/v2/a/b/manifests/1: 407 Proxy Authentication Required'),
    ("unknown", "r.example/a/b:1", 'rpc error: code = Unknown desc = failed to pull and unpack image "r.example/a/b:1": failed commit on ref "layer-sha256:aa": unexpected commit digest sha256:bb, expected sha256:aa: failed precondition'),
    ("unknown", "r.example/a/b:1", 'rpc error: code = FailedPrecondition desc = failed to pull and unpack image "r.example/a/b:1": failed commit on ref "layer-sha256:aa": "layer-sha256:aa" failed size validation: 2048 != 4096: failed precondition'),
    ("unknown", "r.example/a/b:1", 'rpc error: code = Unknown desc = writing blob: storing blob to file "/var/tmp/storage123/1": write /var/tmp/storage123/1: no space left on device'),
    ("image-registry-unreachable", "r.example/a/b:1", 'rpc error: code = Unknown desc = copying system image from manifest list: reading blob sha256:aa: Get "https://cdn.r.example/blobs/aa": dial tcp 10.3.3.3:443: i/o timeout'),
    ("unknown", "r.example/a/b:1", "rpc error: code = Unknown desc = copying system image from manifest list: Source image rejected: Invalid GPG signature: gpgme.Signature{}"),
    # As containerd 1.6.20 and containers/image (skopeo 1.9.3) said of a registry that was made to fail so.
    ('image-not-found', "reg.example:5000/app:1", 'reading manifest 1 in reg.example:5000/app: StatusCode: 404, 404 page not found'),
    ('image-not-found', "reg.example:5000/app:1", 'failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:1111111111111111111111111111111111111111111111111111111111111111 (application/vnd.oci.image.layer.v1.tar+gzip) from remote: not found'),
    ('image-not-found', "reg.example:5000/app:1", 'reading blob sha256:1111111111111111111111111111111111111111111111111111111111111111: Error fetching blob: invalid status code from registry 404 (Not Found)'),
    ('image-pull-unauthorized', "reg.example:5000/app:1", 'failed to resolve reference "reg.example:5000/app:1": pulling from host reg.example:5000 failed with status code [manifests 1]: 403 Forbidden'),
    ('image-pull-unauthorized', "reg.example:5000/app:1", 'initializing source docker://reg.example:5000/app:1: reading manifest 1 in reg.example:5000/app: errors:\\ndenied: requested access to the resource is denied\\nunauthorized\\n'),
    ('image-pull-unauthorized', "reg.example:5000/app:1", 'failed to resolve reference "reg.example:5000/app:1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized'),
    ('image-rate-limited', "reg.example:5000/app:1", 'failed to resolve reference "reg.example:5000/app:1": pulling from host reg.example:5000 failed with status code [manifests 1]: 429 Too Many Requests'),
    ('image-registry-unreachable', "reg.example:5000/app:1", 'failed to resolve reference "reg.example:5000/app:1": pulling from host reg.example:5000 failed with status code [manifests 1]: 504 Gateway Timeout'),
    ('image-registry-unreachable', "reg.example:5000/app:1", 'initializing source docker://reg.example:5000/app:1: Get "http://reg.example:5000/v2/app/manifests/1": EOF'),
    ('image-registry-unreachable', "reg.example:5000/app:1", 'writing blob: happened during read: unexpected EOF'),
    ('image-platform-mismatch', "reg.example:5000/app:1", 'choosing an image from manifest list docker://reg.example:5000/app:1: no image found in image index for architecture amd64, variant "", OS linux'),
    ('unknown', "reg.example:5000/app:1", "initializing image from source docker://reg.example:5000/app:1: invalid character '<' looking for beginning of value"),
    ('unknown', "reg.example:5000/app:1", 'unexpected media type text/html for sha256:95e4066e1cf49427398eebf870d23fb8f209c2f6d4ce52baf2866c664eece449: not found'),
    ('unknown', "reg.example:5000/app:1", 'writing blob: happened during read: Digest did not match, expected sha256:1111111111111111111111111111111111111111111111111111111111111111, got sha256:84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882'),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "image", "said"), PULLS, ids=range(len(PULLS)))
@pytest.mark.parametrize("repeated", [False, True])
def test_a_failed_pull(cause, image, said, repeated):
    taken = (
        waiting("ImagePullBackOff", f'Back-off pulling image "{image}": ErrImagePull: {said}')
        if repeated
        else waiting("ErrImagePull", said)
    )
    taken.pod["spec"]["containers"][0]["image"] = image
    diagnosis = diagnose(taken)
    assert diagnosis.broken == ()
    assert diagnosis.verdict == cause
    assert cause == "unknown" or image in diagnosis.verdicts[0].finding.message


# -- volumes and the sandbox: the cause, the event, and what the verdict has to name

CREATING = [
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "data" : hostPath type check failed: /srv/x is not a file', ["/srv/x"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "sock" : hostPath type check failed: /var/run/docker.sock is not a socket file', ["/var/run/docker.sock", "socket"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "blk" : hostPath type check failed: /dev/xvdf is not a block device', ["/dev/xvdf"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "blk" : hostPath type check failed: /dev/null1 is not a character device', ["/dev/null1"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "nfs-data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs nfs.example:/exports/data /var/lib/kubelet/pods/8/volumes/kubernetes.io~nfs/nfs-data\nOutput: mount.nfs: access denied by server while mounting nfs.example:/exports/data\n', ["nfs.example:/exports/data"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "nfs-data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 10.0.0.9:/exports/data /var/lib/kubelet/pods/8/volumes/kubernetes.io~nfs/nfs-data\nOutput: mount.nfs: Connection timed out\n', ["10.0.0.9"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "nfs-data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 10.0.0.9:/exports/data /var/lib/kubelet/pods/8/volumes/kubernetes.io~nfs/nfs-data\nOutput: mount: /var/lib/kubelet/pods/8/volumes/kubernetes.io~nfs/nfs-data: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.\n', ["helper"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "nfs-data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs nas.example:/exports/nope /x\nOutput: mount.nfs: mounting nas.example:/exports/nope failed, reason given by server: No such file or directory\n', ["nas.example:/exports/nope", "No such file"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "nfs-data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs nas.example:/exports /x\nOutput: mount.nfs: Failed to resolve server nas.example: Name or service not known\nmount.nfs: Operation already in progress', ["nas.example"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "nfs-data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs -o nfsvers=4.1 nas.example:/exports /x\nOutput: mount.nfs: Protocol not supported\n', ["nas.example", "Protocol not supported"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "nfs-data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs -o nfsvers=4.1 nas.example:/exports /x\nOutput: mount.nfs: requested NFS version or transport protocol is not supported for /x\n', ["NFS version"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "smb" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t cifs -o <masked> //files.example/share /x\nOutput: mount error(13): Permission denied\nRefer to the mount.cifs(8) manual page (e.g. man mount.cifs) and kernel log messages (dmesg)\n', ["Permission denied"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers', ["ebs.csi.aws.com"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = could not format "/dev/nvme1n1" and mount it at "/var/lib/kubelet/plugins/x": mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t ext4 -o defaults /dev/nvme1n1 /x\nOutput: mount: /x: wrong fs type, bad option, bad superblock on /dev/nvme1n1, missing codepage or helper program, or other error.\n', ["superblock"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = DeadlineExceeded desc = context deadline exceeded', ["pvc-1"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Aborted desc = An operation with the given Volume ID vol-1 already exists', ["pvc-1"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = \'fsck\' found errors on device /dev/sdb but could not correct them: fsck from util-linux 2.36', ["fsck"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.WaitForAttach failed for volume "iscsi-vol" : failed to get any path for iscsi disk, last err seen:\niscsi: failed to attach disk: Error: iscsiadm: cannot make connection to 10.3.3.3: Connection refused\niscsiadm: connection login retries (reopen_max) 5 exceeded (exit status 4)', ["10.3.3.3", "Connection refused"]),
    ("volume-mount-failed", "FailedAttachVolume", 'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = Could not attach volume "vol-1" to node "i-1": attachment of disk failed, expected device to be attached but was attaching', ["pvc-1"]),
    ("volume-mount-failed", "FailedAttachVolume", 'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = NotFound desc = Instance "i-1" not found', ["Instance"]),
    ("volume-mount-failed", "FailedAttachVolume", 'AttachVolume.Attach failed for volume "pvc-1" : volume attachment is being deleted', ["pvc-1"]),
    ("volume-mount-failed", "FailedAttachVolume", 'AttachVolume.Attach failed for volume "pvc-1" : CSINode worker-1 does not contain driver disk.csi.example', ["disk.csi.example"]),
    ("volume-mount-failed", "FailedAttachVolume", 'AttachVolume.Attach failed for volume "pvc-1" : timed out waiting for external-attacher of disk.csi.example CSI driver to attach volume vol-1', ["disk.csi.example"]),
    ("volume-mount-failed", "FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) shop-old-2', ["shop-old-2"]),
    ("volume-mount-failed", "FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) shop-old-2, shop-old-3 and 2 pod(s) in different namespaces', ["shop-old-2"]),
    ("volume-mount-failed", "FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another', ["pvc-1"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.NewMounter initialization failed for volume "local-1" : path "/mnt/disks/ssd1" does not exist', ["/mnt/disks/ssd1"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.NodeAffinity check failed for volume "pv-1" : no matching NodeSelectorTerms', ["pv-1"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "pv-1" : volume mode "Block" not supported by driver csi.example (no CSI driver)', ["pv-1"]),
    ("volume-mount-failed", "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data kube-api-access-x]: timed out waiting for the condition", ["data"]),
    ("volume-mount-failed", "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: context deadline exceeded", ["data"]),
    ("unknown", "FailedMount", 'MountVolume.SetUp failed for volume "cfg" : failed to sync configmap cache: timed out waiting for the condition', []),
    ("unknown", "FailedMount", 'MountVolume.SetUp failed for volume "kube-api-access-abc" : object "kube-system"/"kube-root-ca.crt" not registered', []),
    ("configmap-volume-not-found", "FailedMount", 'MountVolume.SetUp failed for volume "cfg" : configmap "shop-cfg" not found', ["shop-cfg"]),
    ("configmap-volume-not-found", "FailedMount", 'MountVolume.SetUp failed for volume "all" : [configmap "shop-cfg" not found, secret "shop-tls" not found]', ["shop-cfg"]),
    ("secret-volume-not-found", "FailedMount", 'MountVolume.SetUp failed for volume "tls" : secret "shop-tls" not found', ["shop-tls"]),
    ("configmap-volume-not-found", "FailedMount", 'MountVolume.SetUp failed for volume "kube-api-access-abc" : configmap "kube-root-ca.crt" not found', ["kube-root-ca.crt"]),
    ("volume-key-not-found", "FailedMount", 'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.key', ["tls.key"]),
    ("volume-key-not-found", "FailedMount", 'MountVolume.SetUp failed for volume "cfg" : configmap references non-existent config key: app.yaml', ["app.yaml"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to fetch token: serviceaccounts "builder" not found', ["builder"]),
    ("unknown", "FailedMount", 'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to fetch token: serviceaccounts "builder" is forbidden: User "system:node:n" cannot create resource "serviceaccounts/token" in API group "" in the namespace "shop": no relationship found between node \'n\' and this object', []),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "secrets-store" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod shop/shop-1, err: rpc error: code = Unknown desc = error making mount request: failed to login: Error making API request. URL: PUT http://vault.vault:8200/v1/auth/kubernetes/login Code: 403. Errors: * permission denied', ["permission denied"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "secrets-store" : rpc error: code = Unknown desc = failed to get secretproviderclass shop/shop-secrets, error: SecretProviderClass.secrets-store.csi.x-k8s.io "shop-secrets" not found', ["shop-secrets"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "down" : unsupported container field: metadata.foo', ["metadata.foo"]),
    ("volume-mount-failed", "FailedMount", 'MountVolume.SetUp failed for volume "vol-1" : applyFSGroup failed for vol vol-1: lchown /x: operation not permitted', ["lchown"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized', ["calico", "Unauthorized"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/', ["calico", "nodename"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory', ["flannel", "subnet.env"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="cilium-cni" failed (add): unable to connect to Cilium daemon: failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory\nIs the agent running?', ["cilium"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="cilium-cni" failed (add): unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure "range is full"', ["IP"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container', ["IP address"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:50051: connect: connection refused"', ["aws-cni", "50051"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="azure-vnet" failed (add): IPAM Invoker Add failed with error: Failed to allocate pool: Failed to delegate: Failed to allocate address: No available addresses', ["azure-vnet"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="multus" name="multus-cni-network" failed (add): [shop/shop-1/uid:net1]: error adding container to network "net1": failed to find plugin "macvlan" in path [/opt/cni/bin]', ["macvlan"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="multus" name="multus-cni-network" failed (add): Multus: [shop/shop-1/uid]: error loading k8s delegates k8s args: TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates: failed getting the delegate: getKubernetesDelegate: cannot find a network-attachment-definition (storage-net) in namespace (shop): network-attachment-definitions.k8s.cni.cncf.io "storage-net" not found', ["storage-net"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="weave-net" name="weave" failed (add): unable to allocate IP address: Post "http://127.0.0.1:6784/ip/0a": dial tcp 127.0.0.1:6784: connect: connection refused', ["weave"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="bridge" failed (add): failed to set bridge addr: "cni0" already has an IP address different from 10.244.1.1/24', ["cni0"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a": plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254', ["IP address"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = [failed to set up sandbox container "0a" network for pod "shop-1": networkPlugin cni failed to set up pod "shop-1_shop" network: open /run/flannel/subnet.env: no such file or directory, failed to clean up sandbox container "0a" network for pod "shop-1": networkPlugin cni failed to teardown pod "shop-1_shop" network: x]', ["subnet.env"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create pod network sandbox k8s_shop-1_shop_uid_0(0a): error adding pod shop_shop-1 to CNI network "ovn-kubernetes": plugin type="ovn-k8s-cni-overlay" name="ovn-kubernetes" failed (add): CNI request failed with status 400: \'[shop/shop-1 0a network default NAD default] failed to get pod annotation: timed out waiting for annotations: context deadline exceeded\'', ["ovn-k8s"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image "registry.k8s.io/pause:3.9": failed to pull and unpack image "registry.k8s.io/pause:3.9": failed to resolve reference "registry.k8s.io/pause:3.9": failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.9": dial tcp: lookup registry.k8s.io: no such host', ["registry.k8s.io/pause:3.9"]),
    ("sandbox-failed", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply cgroup configuration: failed to write 12345: write /sys/fs/cgroup/cpuset/x/cgroup.procs: no space left on device: unknown", ["cgroup"]),
    ("sandbox-failed", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to create shim task: OCI runtime create failed: container_linux.go:380: starting container process caused: process_linux.go:402: getting the final child's pid from pipe caused: EOF: unknown", ["EOF"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to reserve sandbox name "shop-1_shop_uid_0": name "shop-1_shop_uid_0" is reserved for "0a"', ["earlier"]),
    ("sandbox-failed", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded", ["in time"]),
    ("sandbox-failed", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox container task "0a": failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error setting cgroup config for procHooks process: unable to freeze: unknown', ["freeze"]),
    ("sandbox-failed", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown desc = container create failed: write to /proc/self/attr/keycreate: Invalid argument", ["keycreate"]),
    ("sandbox-failed", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to mount container k8s_POD_shop-1: error creating overlay mount to /x: no space left on device", ["no space left"]),
    ("sandbox-failed", "NetworkNotReady", "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized", ["network plugin"]),
    ("runtime-class-not-found", "FailedCreatePodSandBox", 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "kata" is configured', ["kata"]),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "reason", "said", "names"), CREATING, ids=range(len(CREATING)))
@pytest.mark.parametrize("prefix", ["", "(combined from similar events): "])
def test_a_pod_that_is_not_created(cause, reason, said, names, prefix):
    diagnosis = diagnose(
        creating(reason, prefix + said, spec={"runtimeClassName": "kata"} if cause.startswith("runtime") else None)
    )
    assert diagnosis.broken == ()
    assert diagnosis.verdict == cause
    assert all(name in diagnosis.verdicts[0].finding.message for name in names)


# -- admission: the cause, the API server's words, and what the verdict has to name

REFUSED = [
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: exceeded quota: compute, requested: limits.cpu=2,limits.memory=4Gi, used: limits.cpu=7,limits.memory=14Gi, limited: limits.cpu=8,limits.memory=16Gi', ["compute", "limits.cpu", "limits.memory"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: exceeded quota: objects, requested: pods=1, used: pods=10, limited: pods=10', ["objects", "pods"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: exceeded quota: objs, requested: count/pods=1, used: count/pods=10, limited: count/pods=10', ["objs", "count/pods"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: exceeded quota: gpu, requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=4, limited: requests.nvidia.com/gpu=4', ["gpu", "requests.nvidia.com/gpu"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: exceeded quota: eph, requested: requests.ephemeral-storage=2Gi, used: requests.ephemeral-storage=9Gi, limited: requests.ephemeral-storage=10Gi', ["eph", "requests.ephemeral-storage"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: failed quota: compute: must specify limits.cpu for: web; limits.memory for: web; requests.cpu for: web,side', ["compute", "limits.cpu", "limits.memory"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: failed quota: compute: must specify limits.cpu,limits.memory', ["compute", "limits.cpu"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: insufficient quota to match these scopes: [{PriorityClass In [system-cluster-critical system-node-critical]}]', ["PriorityClass"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: insufficient quota to consume: requests.storage', ["requests.storage"]),
    ("quota-exceeded", 'pods "shop-5d-" is forbidden: status unknown for quota: compute, resources: limits.cpu', ["compute"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi', ["memory", "1Gi", "2Gi"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]', ["cpu", "memory", "1Gi"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: minimum memory usage per Container is 128Mi, but request is 64Mi', ["128Mi", "64Mi"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: minimum cpu usage per Pod is 500m, but request is 100m', ["500m", "100m"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: maximum memory usage per Container is 1Gi.  No limit is specified', ["memory", "1Gi"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: minimum memory usage per Container is 1Gi.  No request is specified', ["memory", "1Gi"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000', ["cpu", "4"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: memory max limit to request ratio per Pod is 2, but no request is specified or request is 0', ["memory", "2"]),
    ("limit-range-violation", 'pods "shop-5d-" is forbidden: maximum memory usage per Pod is 1Gi, but limit is 2147483648', ["memory", "1Gi"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "baseline:latest": privileged (container "web" must not set securityContext.privileged=true)', ["baseline", "privileged"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "baseline:v1.30": host namespaces (hostNetwork=true, hostPID=true), hostPath volumes (volumes "a", "b"), hostPort (container "web" uses hostPorts 80, 443)', ["hostNetwork", "hostPath", "hostPort", "80"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "restricted:latest": runAsUser=0 (container "web" must not set runAsUser=0)', ["restricted", "runAsUser=0"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "restricted:latest": restricted volume types (volume "src" uses restricted volume type "hostPath")', ["hostPath", "src"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "web" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)', ["NET_ADMIN"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (containers "web", "side" must set securityContext.capabilities.drop=["ALL"]; container "web" must not include "NET_RAW" in securityContext.capabilities.add)', ["NET_RAW"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (container "web" must not set securityContext.runAsNonRoot=false)', ["runAsNonRoot"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "restricted:latest": seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")', ["Unconfined"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "baseline:latest": forbidden sysctls (kernel.msgmax, net.core.somaxconn)', ["kernel.msgmax"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "baseline:latest": procMount (container "web" must not set securityContext.procMount to "Unmasked")', ["procMount"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "baseline:latest": seLinuxOptions (container "web" set forbidden securityContext.seLinuxOptions: type "spc_t")', ["seLinuxOptions"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "baseline:latest": forbidden AppArmor profile (container "web" must not set AppArmor profile type to "Unconfined")', ["AppArmor"]),
    ("pod-security-violation", 'pods "shop-5d-" is forbidden: violates PodSecurity "baseline:v1.34": probe or lifecycle host (container "web" uses probe or lifecycle host "10.0.0.1")', ["host"]),
    ("service-account-not-found", 'pods "shop-5d-" is forbidden: error looking up service account shop/builder: serviceaccount "builder" not found', ["builder"]),
    ("priority-class-not-found", 'pods "shop-5d-" is forbidden: no PriorityClass with name critical-high was found', ["critical-high"]),
    ("runtime-class-not-found", 'pods "shop-5d-" is forbidden: pod rejected: RuntimeClass "gvisor" not found', ["gvisor"]),
    ("admission-denied", 'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/shop/shop-5d-x was blocked due to the following policies \n\nrequire-labels:\n  check-for-labels: \'validation error: label app.kubernetes.io/name is required. rule check-for-labels failed at path /metadata/labels/\'\n', ["validate.kyverno.svc-fail", "require-labels"]),
    ("admission-denied", 'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] you must provide labels: {"owner"}', ["must-have-owner", "owner"]),
    ("admission-denied", 'admission webhook "policy.istio.example" denied the request without explanation', ["policy.istio.example"]),
    ("admission-denied", 'Internal error occurred: failed calling webhook "sidecar.injector.example": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": context deadline exceeded', ["sidecar.injector.example", "deadline"]),
    ("admission-denied", 'Internal error occurred: failed calling webhook "sidecar.injector.example": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": service "injector" not found', ["injector", "not found"]),
    ("admission-denied", 'Internal error occurred: failed calling webhook "sidecar.injector.example": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": no endpoints available for service "injector"', ["injector", "no endpoints"]),
    ("admission-denied", 'Internal error occurred: failed calling webhook "sidecar.injector.example": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority', ["x509"]),
    ("admission-denied", 'Internal error occurred: failed calling webhook "sidecar.injector.example": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-22T01:31:40Z is after 2026-10-01T00:00:00Z', ["expired"]),
    ("admission-denied", 'pods "shop-5d-" is forbidden: ValidatingAdmissionPolicy \'no-latest\' with binding \'no-latest-prod\' denied request: failed expression: object.spec.containers.all(c, !c.image.endsWith(\':latest\'))', ["no-latest"]),
    ("admission-denied", 'Pod "shop-5d-x" is invalid: spec.containers[0].ports[0].name: Invalid value: "a_very_long_port_name": must be no more than 15 characters', ["ports[0].name"]),
    ("admission-denied", 'Pod "shop-5d-x" is invalid: [spec.containers[0].image: Required value, spec.volumes[0].name: Duplicate value: "a"]', ["image"]),
    ("admission-denied", 'Pod "shop-5d-x" is invalid: spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi', ["2Gi", "1Gi"]),
    ("admission-denied", 'pods "shop-5d-" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount, spec.containers[0].securityContext.runAsUser: Invalid value: 0: must be in the ranges: [1000640000, 1000649999]]', ["runAsUser"]),
    ("admission-denied", 'pods "shop-5d-x" is forbidden: unable to create new content in namespace shop because it is being terminated', ["shop"]),
    ("admission-denied", 'pods "shop-5d-x" is forbidden: pod node label selector conflicts with its namespace node label selector', ["node label selector"]),
    ("admission-denied", 'pods "shop-5d-x" is forbidden: the integer value of priority (0) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name', ["priority"]),
    ("admission-denied", 'pods "shop-5d-x" is forbidden: image policy webhook backend denied one or more images: not signed', ["not signed"]),
    ("unknown", 'pods is forbidden: User "system:serviceaccount:kube-system:replicaset-controller" cannot create resource "pods" in API group "" in the namespace "shop"', []),
]  # fmt: skip

TOLD = {
    "ReplicaSet": "Error creating: {}",
    "Job": "(combined from similar events): Error creating: {}",
    "StatefulSet": "create Pod shop-0 in StatefulSet shop failed error: {}",
}


@pytest.mark.parametrize(("cause", "said", "names"), REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("kind", ["condition", *TOLD])
def test_a_pod_that_is_refused(cause, said, names, kind):
    by_event = kind in TOLD
    taken = (
        owner_says(kind, "FailedCreate", TOLD[kind].format(said))
        if by_event
        else owner("ReplicaSet", "FailedCreate", said, "ReplicaFailure")
    )
    diagnosis = diagnose(taken)
    assert diagnosis.broken == ()
    assert diagnosis.verdict == cause
    assert all(name in diagnosis.verdicts[0].finding.message for name in names)


# -- scheduling: pods that no recording shows


def made(name, cpu="4", memory="8Gi", pods="110", labels=None, taints=(), cordoned=False, **allocatable):
    """A node."""
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}},
        "spec": {"taints": list(taints), "unschedulable": cordoned},
        "status": {"allocatable": {"cpu": cpu, "memory": memory, "pods": pods, **allocatable}},
    }


def running(name, node, requests=None, **spec):
    """A pod of somebody else, as far as it is kept."""
    container = {"name": "main", "resources": {"requests": requests or {}}}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "other"},
        "spec": {"nodeName": node, "containers": [container], **spec},
        "status": {"phase": "Running"},
    }


def unschedulable(message, *nodes, pods=(), spec=None, seen=(), listed=True, **more):
    """A pod of which the scheduler says that, the nodes, and what runs on those of them whose pods were read."""
    taken = pending("Unschedulable", message)
    taken.pod["spec"].update(spec or {})
    objects = {f"Node/{node['metadata']['name']}": node for node in nodes}
    objects |= {f"Pod/other/{pod['metadata']['name']}": pod for pod in pods}
    lists = {*(["Node/*"] if listed else []), *(f"Pod/*?spec.nodeName={name}" for name in seen)}
    return replace(taken, objects={**objects, **more.pop("objects", {})}, listed=frozenset(lists), **more)


def asking(**requests):
    return {"containers": [{"name": "web", "image": "shop:1", "resources": {"requests": requests}}]}


FULL = "0/{} nodes are available: {}. no new claims to deallocate, preemption: 0/{} nodes are available: {} Preemption is not helpful for scheduling."
GPU = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
CONTROL = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}


def told(count, reasons):
    return FULL.format(count, reasons, count, count)


def said_of(taken):
    diagnosis = diagnose(taken)
    assert diagnosis.broken == ()
    return diagnosis.verdict, diagnosis.verdicts[0].finding.message, diagnosis.verdicts[0].finding.confidence


def test_the_nearest_node_and_by_how_much_it_is_too_small():
    taken = unschedulable(
        told(2, "2 Insufficient memory"),
        made("a"),
        made("b"),
        pods=[running("p", "a", {"memory": "7Gi"}), running("q", "b", {"memory": "6656Mi"})],
        seen=["a", "b"],
        spec=asking(memory="2Gi"),
    )
    cause, message, confidence = said_of(taken)
    assert (cause, confidence) == ("insufficient-resources", Confidence.CERTAIN)
    assert message == "no node has 2Gi memory free (b comes nearest and has 1536Mi of 8Gi free, 512Mi too little)"


def test_a_sidecar_and_a_finished_pod_are_counted_as_the_scheduler_does():
    helper = {"name": "helper", "restartPolicy": "Always", "resources": {"requests": {"cpu": "1"}}}
    taken = unschedulable(
        told(1, "1 Insufficient cpu"),
        made("a"),
        pods=[
            running("p", "a", {"cpu": "2"}, initContainers=[helper]),
            {**running("done", "a", {"cpu": "4"}), "status": {"phase": "Succeeded"}},
        ],
        seen=["a"],
        spec=asking(cpu="1500m"),
    )
    assert said_of(taken)[1] == "no node has 1500m cpu free (a has 1 of 4 free, 500m too little)"


def test_no_number_contradicts_the_scheduler():
    """Pods may be hidden from the user: what is seen of a node is then less than what it has taken."""
    taken = unschedulable(told(1, "1 Insufficient cpu"), made("a"), seen=["a"], spec=asking(cpu="2"))
    assert said_of(taken)[1] == "no node has 2 cpu free (a has 4 in all)"


def test_without_the_nodes_the_scheduler_is_believed():
    taken = unschedulable(
        told(5, "3 Insufficient cpu, 2 node(s) had untolerated taint(s)"), listed=False, unreadable={"Node/*": "forbidden"}
    )
    cause, _, confidence = said_of(taken)
    assert (cause, confidence) == ("insufficient-resources", Confidence.LIKELY)
    assert diagnose(taken).not_checked[0].what == "Node/*"


def test_of_five_thousand_nodes_only_some_were_read():
    """What is among the others nobody knows: the nodes that were read prove nothing."""
    taken = unschedulable(
        told(5000, "4999 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s)"),
        made("a"),
        listed=False,
        spec={"nodeSelector": {"pool": "gpu"}},
        unreadable={"Node/*": "only the first 2000 were read"},
    )
    assert said_of(taken)[0] == "untolerated-taint"


@pytest.mark.parametrize(
    ("cause", "message", "nodes", "spec"),
    [
        ("untolerated-taint", told(2, "1 Insufficient gpu.example/card, 1 node(s) had untolerated taint(s)"),
         [made("a"), made("g", taints=[GPU], **{"gpu.example/card": "2"})], asking(**{"gpu.example/card": "1"})),
        ("insufficient-resources", told(2, "1 Insufficient cpu, 1 node(s) had untolerated taint(s)"),
         [made("a", cpu="1"), made("c", taints=[CONTROL])], asking(cpu="2")),
        ("insufficient-resources", "no nodes available to schedule pods", [], {}),
        ("insufficient-resources", told(1, "1 Too many pods"), [made("a", pods="1")], {}),
        ("insufficient-resources", told(1, "1 node(s) exceed max volume count"), [made("a")], {}),
        ("insufficient-resources", told(1, "1 cannot allocate all claims"), [made("a")], {}),
        ("insufficient-resources", "0/2 nodes are unavailable: 2 Insufficient cpu.", [made("a"), made("b")], asking(cpu="2")),
        ("nodes-cordoned", told(2, "1 node(s) had untolerated taint(s), 1 node(s) were unschedulable"),
         [made("a", cordoned=True), made("c", taints=[CONTROL])], {}),
        ("nodes-cordoned", told(2, "1 Insufficient cpu, 1 node(s) were unschedulable"),
         [made("a", cordoned=True), made("b", cpu="1")], asking(cpu="2")),
        ("node-selector-mismatch", told(1, "1 node(s) didn't satisfy plugin(s) [NodeAffinity]"), [made("a")],
         {"nodeSelector": {"pool": "fast"}}),
        ("volume-node-conflict", told(1, "1 node(s) didn't satisfy plugin(s) [VolumeBinding]"), [made("a")], {}),
        ("volume-node-conflict", told(1, "1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"), [made("a")], {}),
        ("volume-node-conflict", told(1, "1 disk.csi.example CSI driver is not installed on the node"), [made("a")], {}),
        ("pod-affinity-unsatisfied", told(1, "1 node(s) didn't satisfy existing pods anti-affinity rules"), [made("a")], {}),
        ("host-port-conflict", told(1, "1 node(s) didn't have free ports for the requested pod ports"), [made("a")], {}),
        ("topology-spread-unsatisfied", told(1, "1 node(s) didn't match pod topology spread constraints"), [made("a")], {}),
        ("unknown", told(1, "1 node(s) didn't match Pod's required features"), [made("a")], {}),
        ("unknown", 'running "Coscheduling" filter plugin: something of its own', [made("a")], {}),
    ],
)  # fmt: skip
def test_what_the_scheduler_says_of_nodes(cause, message, nodes, spec):
    assert said_of(unschedulable(message, *nodes, spec=spec))[0] == cause


def test_of_two_causes_the_one_that_more_nodes_have_is_certain():
    taken = unschedulable(
        told(4, "1 Insufficient cpu, 3 node(s) didn't match pod anti-affinity rules"),
        *map(made, "abcd"),
        spec=asking(cpu="1"),
    )
    found = {verdict.cause.id: verdict.finding.confidence for verdict in diagnose(taken).verdicts}
    assert found == {"pod-affinity-unsatisfied": Confidence.CERTAIN, "insufficient-resources": Confidence.LIKELY}


def test_a_pod_that_has_a_node_since_is_not_unschedulable():
    """FailedScheduling stays among the events when a node has been found."""
    told_once = event("FailedScheduling", told(1, "1 Insufficient cpu"))
    well = changed({"conditions": conditions(Ready="True", PodScheduled="True")}, events=[told_once])
    assert diagnose(well).verdict == "healthy"
    young = creating("FailedScheduling", told(1, "1 Insufficient cpu"), metadata={"creationTimestamp": AGO})
    assert diagnose(replace(young, taken_at=moment("2026-03-04T09:21:00Z"))).verdict == "starting"


@pytest.mark.parametrize(
    "key",
    ["node.kubernetes.io/not-ready", "node.cloudprovider.kubernetes.io/uninitialized", "ToBeDeletedByClusterAutoscaler"],
)
def test_a_taint_that_says_how_a_node_is_is_not_to_be_tolerated(key):
    taken = unschedulable(
        told(1, "1 node(s) had untolerated taint(s)"), made("a", taints=[{"key": key, "effect": "NoSchedule"}])
    )
    finding = diagnose(taken).verdicts[0].finding
    assert key in finding.message
    assert not any("toleration" in (remedy.command or "") for remedy in finding.remedies)


@pytest.mark.parametrize(
    ("image", "before", "meant"),
    [
        ("r.example/shop/baskt:2.4", "r.example/shop/basket:2.3", "r.example/shop/basket:2.4"),
        ("r.example/shop/basket:2.4-alpin", "r.example/shop/basket:2.4-alpine", "r.example/shop/basket:2.4-alpine"),
        ("r.example/shop/basket:2.4", "r.example/shop/basket:2.3", None),
        ("r.example/shop/basket:2.4", "r.example/shop/orders:2.4", None),
        ("baskt", "basket:1", "basket"),
    ],
)
def test_an_image_that_another_revision_has_is_near(image, before, meant):
    taken = waiting(
        "ErrImagePull", f'rpc error: code = NotFound desc = failed to resolve reference "{image}": {image}: not found'
    )
    taken.pod["spec"]["containers"][0]["image"] = image
    template = {"spec": {"containers": [{"name": "web", "image": before}]}}
    revision = {"kind": "ReplicaSet", "metadata": {"name": "shop-a", "namespace": "shop"}, "spec": {"template": template}}
    taken = replace(taken, objects={**taken.objects, "ReplicaSet/shop/shop-a": revision})
    _, message, _ = said_of(taken)
    assert message.partition("did you mean ")[2] == (f"{meant}?" if meant else "")


# -- claims: why each is not bound


def claimed(
    claim,
    *objects,
    message="0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
    events=(),
    absent=(),
):
    """A pod that waits for its claim `data`, with all classes and volumes that there are."""
    whole = {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "shop"},
        "status": {"phase": "Pending"},
        **claim,
    }
    taken = pending("Unschedulable", message)
    taken.pod["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    kept = {f"{obj['kind']}/{obj['metadata']['name']}": obj for obj in objects}
    return replace(
        taken,
        objects={**taken.objects, "PersistentVolumeClaim/shop/data": whole, **kept},
        events=tuple(events),
        listed=frozenset(("PersistentVolume/*", "StorageClass/*")),
        absent=frozenset(absent),
    )


def wanting(storage="1Gi", modes=("ReadWriteOnce",), **more):
    return {"spec": {"resources": {"requests": {"storage": storage}}, "accessModes": list(modes), **more}}


def volume(name="disk-1", storage="1Gi", modes=("ReadWriteOnce",), metadata=None, phase="Available", **more):
    spec = {"capacity": {"storage": storage}, "accessModes": list(modes), **more}
    return {
        "kind": "PersistentVolume",
        "metadata": {"name": name, **(metadata or {})},
        "spec": spec,
        "status": {"phase": phase},
    }


def storage_class(name, provisioner="kubernetes.io/no-provisioner"):
    return {"kind": "StorageClass", "metadata": {"name": name}, "provisioner": provisioner}


HAND = {"storageClassName": "hand"}
OTHERS = {"name": "data", "namespace": "other", "uid": "1"}


@pytest.mark.parametrize(
    ("claim", "objects", "said"),
    [
        (wanting("5Gi", **HAND), [volume(**HAND)], "disk-1 is too small: 1Gi, 5Gi is wanted"),
        (wanting(modes=["ReadWriteMany"], **HAND), [volume(**HAND)], "disk-1 offers ReadWriteOnce, ReadWriteMany is wanted"),
        (wanting(modes=["ReadWriteOncePod"], **HAND), [volume(**HAND)], "disk-1 offers ReadWriteOnce, ReadWriteOncePod is wanted"),
        (wanting(volumeMode="Block", **HAND), [volume(**HAND)], "disk-1 has volumeMode Filesystem, Block is wanted"),
        (wanting(selector={"matchLabels": {"tier": "a"}}, **HAND), [volume(metadata={"labels": {"tier": "b"}}, **HAND)], "disk-1 has not the labels"),
        (wanting(selector={"matchExpressions": [{"key": "tier", "operator": "In", "values": ["a"]}]}, **HAND), [volume(metadata={"labels": {"tier": "a"}}, claimRef=OTHERS, **HAND)], "disk-1 is bound to claim other/data"),
        (wanting(**HAND), [volume(storageClassName="hands")], "disk-1 is of StorageClass hands, one of StorageClass hand is wanted"),
        (wanting(**HAND), [volume()], "disk-1 is without a class, one of StorageClass hand is wanted"),
        (wanting(**HAND), [volume(claimRef=OTHERS, **HAND)], "disk-1 is bound to claim other/data"),
        (wanting(**HAND), [volume(claimRef=OTHERS, phase="Released", **HAND)], "disk-1 still belongs to claim other/data, which is gone"),
        (wanting(**HAND), [volume(metadata={"deletionTimestamp": AGO}, **HAND)], "disk-1 is being deleted"),
        (wanting(**HAND), [], "there is no PersistentVolume of StorageClass hand and nothing makes one"),
        (wanting(volumeName="disk-1", **HAND), [volume(storageClassName="other")], "volume disk-1, which it names, is of StorageClass other"),
        (wanting(volumeName="disk-1", **HAND), [volume(storage="1Mi", **HAND)], "volume disk-1, which it names, is too small"),
    ],
)  # fmt: skip
def test_why_no_volume_fits(claim, objects, said):
    hand = event(
        "ProvisioningFailed",
        "no volume plugin matched name: kubernetes.io/no-provisioner",
        "PersistentVolumeClaim",
        of="data",
    )
    cause, message, _ = said_of(claimed(claim, storage_class("hand"), *objects, events=[hand]))
    assert cause == "pvc-unbound"
    assert said in message


def test_a_claim_whose_volume_is_gone_or_that_is_leaving():
    gone = claimed({**wanting(volumeName="disk-1"), "status": {"phase": "Lost"}}, absent=["PersistentVolume/disk-1"],
                   message='0/1 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "disk-1". not found')  # fmt: skip
    assert said_of(gone)[:2] == ("pvc-unbound", "claim data is not bound: its volume disk-1 is gone")
    leaving = claimed({**wanting(volumeName="disk-1"), "status": {"phase": "Bound"}, "metadata": {"name": "data", "namespace": "shop", "deletionTimestamp": AGO}},
                      volume(), message='0/1 nodes are available: persistentvolumeclaim "data" is being deleted. not found')  # fmt: skip
    assert said_of(leaving)[:2] == ("pvc-unbound", "claim data is not bound: it is being deleted, and takes no new pod")


@pytest.mark.parametrize(
    ("events", "now", "verdict"),
    [
        ((), "2026-03-04T09:00:20Z", "starting"),
        ((), "2026-03-04T09:04:00Z", "pvc-unbound"),
        ([event("ProvisioningFailed", 'failed to provision volume with StorageClass "fast": quota of disks reached', "PersistentVolumeClaim", of="data")], "2026-03-04T09:00:20Z", "pvc-unbound"),
    ],
)  # fmt: skip
def test_a_scheduler_that_waits_for_a_volume_says_nothing(events, now, verdict):
    chosen = {"name": "data", "namespace": "shop", "annotations": {"volume.kubernetes.io/selected-node": "n"}}
    taken = claimed(
        {**wanting(storageClassName="fast"), "metadata": chosen}, storage_class("fast", "disk.example"), events=events
    )
    del taken.pod["status"]["conditions"]
    assert diagnose(replace(taken, taken_at=moment(now))).verdict == verdict


def test_a_device_class_that_does_not_exist_is_named():
    taken = unschedulable(
        "0/1 nodes are available: request cards: device class card.example does not exist. not found", made("a")
    )
    assert said_of(taken)[:2] == ("insufficient-resources", "no node has the devices of its claims (device class card.example does not exist)")  # fmt: skip


def test_an_ephemeral_volume_whose_claim_is_somebody_elses():
    taken = unschedulable('0/1 nodes are available: PVC shop/shop-1-scratch was not created for pod shop/shop-1 (pod is not owner). not found', made("a"))  # fmt: skip
    taken.pod["spec"]["volumes"] = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}]
    cause, message, _ = said_of(taken)
    assert cause == "pvc-not-found" and "shop-1-scratch is there and not its own" in message


# -- what is read


class Endless:
    """A cluster whose lists have no end."""

    def get(self, path, query=None, accept=""):
        number = int((query or {}).get("continue", "0"))
        item = {"metadata": {"name": f"n{number}"}, "status": {"allocatable": {"cpu": "4", "memory": "8Gi"}}}
        return {"items": [item], "metadata": {"continue": str(number + 1)}}


def test_a_list_that_was_not_read_to_its_end_says_nothing_of_what_is_not_in_it():
    reader = Reader(Endless(), None)
    reader.keep("Node", None)
    assert "Node/*" not in reader.listed
    assert reader.unreadable["Node/*"].startswith("only the first ")


def test_of_many_nodes_the_largest_that_may_take_the_pod_are_looked_into():
    nodes = [made(f"n{number}", memory=f"{number + 1}Gi") for number in range(40)]
    nodes += [made("tainted", memory="99Gi", taints=[GPU]), made("cordoned", memory="99Gi", cordoned=True)]
    near = candidates(asking(memory="2Gi"), nodes, 10)
    assert [node["metadata"]["name"] for node in near] == [f"n{number}" for number in range(39, 29, -1)]


def test_pods_of_others_are_kept_without_what_they_do():
    whole = running("p", "a", {"cpu": "1"})
    whole["spec"]["containers"][0] |= {"image": "secret:1", "env": [{"name": "A", "value": "b"}], "command": ["x"]}
    kept = room_taken({**whole, "metadata": {**whole["metadata"], "annotations": {"a": "b"}}})
    assert kept == {
        **running("p", "a", {"cpu": "1"}),
        "spec": {**running("p", "a", {"cpu": "1"})["spec"], "initContainers": []},
    }


@pytest.mark.parametrize(
    ("kind", "spec", "status", "more"),
    [
        ("ReplicaSet", {"replicas": 3}, {"replicas": 2}, True),
        ("ReplicaSet", {"replicas": 3}, {"replicas": 3}, False),
        ("DaemonSet", {}, {"desiredNumberScheduled": 3, "currentNumberScheduled": 2}, True),
        ("Job", {"parallelism": 2, "completions": 5}, {"active": 1, "succeeded": 1}, True),
        ("Job", {"parallelism": 2, "completions": 5}, {"active": 1, "succeeded": 4}, False),
        ("Job", {"parallelism": 1}, {"active": 1}, False),
        ("CronJob", {}, {}, False),
    ],
)
def test_who_wants_more_pods(kind, spec, status, more):
    assert wants_more({"kind": kind, "spec": spec, "status": status}) == more


def test_without_a_right_to_see_classes_and_volumes_the_controller_is_quoted():
    gone = event("ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found', "PersistentVolumeClaim", of="data")
    hidden = {"unreadable": {"StorageClass/fast": "forbidden", "PersistentVolume/*": "forbidden"}, "listed": frozenset()}
    taken = replace(claimed(wanting(storageClassName="fast"), events=[gone]), **hidden)
    assert said_of(taken) == ("storageclass-not-found", "StorageClass fast of claim data does not exist", Confidence.LIKELY)
    silent = replace(taken, events=())
    cause, message, _ = said_of(silent)
    assert cause == "pvc-unbound" and "could not be read" in message
    assert [told.what for told in diagnose(silent).not_checked] == ["PersistentVolume/*", "StorageClass/fast"]


def test_a_spread_is_loosened_with_what_the_api_server_takes():
    """minDomains is refused with ScheduleAnyway."""
    constraint = {"maxSkew": 1, "minDomains": 3, "topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "shop"}}}
    taken = unschedulable(
        told(1, "1 node(s) didn't match pod topology spread constraints"),
        made("a", labels={"zone": "north"}),
        seen=["a"],
        spec={"topologySpreadConstraints": [constraint]},
    )
    finding = diagnose(taken).verdicts[0].finding
    assert "(north has 0 and minDomains 3)" in finding.message
    assert '"whenUnsatisfiable":"ScheduleAnyway","minDomains":null' in finding.remedies[0].command
