"""The matcher of near names: which pairs are near, and which are strangers."""

import pytest

from kubectl_why.names import likeness, nearest

NEAR = """\
DATABASE_PASSWD DATABASE_PASSWORD
DATABASE_PASSWORD DATABASE-PASSWORD
DATABASE_PASSWORD database_password
DB_PASSWORD DATABASE_PASSWORD
DB_PASS DB_PASSWORD
databasePassword DATABASE_PASSWORD
postgres-svc postgres-service
postgres-svc postgresql-service
postgres_service postgres-service
upload-data uploads-data
fare-db fare-calc-db
fast-ssd fast-ssd-v2
loyalty-config loyalty-api-config
bookings-sa bookings
sync.yaml sync.yml
LOG_LEVEL log_level
LOG_LEVEL LOGLEVEL
redis-master redis
catalog-db catalog-database
catalog-db catalogue-db
checkout-config checkout-confg
DB_USER DB_USERNAME
REDIS_URL REDIS_URI
SMTP_ADDR SMTP_ADDRESS
orders-tls order-tls
prod-db production-db
app-credentials app-creds
AUTH_TOKEN AUTHENTICATION_TOKEN
ticketing-db-prod ticketing-db
tls.cert tls.crt
web-config config-web
KAFKA_BROKER KAFKA_BROKERS
S3_BUCKET S3_BUKET
""".splitlines()

FAR = """\
DATABASE_HOST DATABASE_PASSWORD
DATABASE_URL DATABASE_USER
DATABASE_URL DATABASE_HOST
S3_BUCKET S3_REGION
REDIS_URL REDIS_HOST
web-1 web-2
postgres-0 postgres-1
api app
redis postgres
checkout checkin
config.yaml values.json
orders-api orders-worker
frontend backend
staging production
read-token write-token
PORT HOST
tls.key tls.crt
username password
db-primary db-replica
cart card-reader
v1 v2
LOG_LEVEL LOG_FORMAT
us-east us-west
ca.crt tls.key
mysql redis
kube-dns coredns-metrics
blue green
a b
zone-a zone-b
MAX_CONNECTIONS MIN_CONNECTIONS
""".splitlines()


@pytest.mark.parametrize("pair", NEAR)
def test_near(pair):
    one, other = pair.split()
    assert nearest(one, [other, "something-else", "zzz"]) == other
    assert nearest(other, [one, "something-else", "zzz"]) == one


@pytest.mark.parametrize("pair", FAR)
def test_far(pair):
    one, other = pair.split()
    assert nearest(one, [other]) is None
    assert nearest(other, [one]) is None


def test_best_of_several():
    assert nearest("postgres-svc", ["postgres-exporter", "postgres-service", "redis"]) == "postgres-service"


def test_never_itself():
    assert nearest("redis", ["redis"]) is None


def test_nothing_is_near_nothing():
    assert nearest("", ["a"]) is None
    assert nearest("a", []) is None
    assert likeness("", "") == 0.0
