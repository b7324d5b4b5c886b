"""In what words kube-apiserver's admission refuses an object: the formats, for the causes and for a look from inside. Pure.

Each is searched for in the whole message: a controller puts words before it, and several come in brackets.
"""

# pod-security-admission/admission/admission.go, 1.36: LEVEL:VERSION, and the rules as RULE (DETAIL), RULE (DETAIL).
POD_SECURITY = r'(?s)violates PodSecurity "(?P<level>[^":]+)[^"]*": (?P<rules>.*)'

# plugin/pkg/admission/resourcequota/controller.go, 1.36: amounts are NAME=QUANTITY,NAME=QUANTITY.
QUOTA_EXCEEDED = (
    r"exceeded quota: (?P<quota>[^,]+), requested: (?P<requested>.+?), used: (?P<used>.+?), limited: (?P<limited>[^\s\]]+)"
)
# ... for a pod that does not set what the quota counts: RESOURCE for: CONTAINERS; RESOURCE for: CONTAINERS.
QUOTA_UNSET = r"failed quota: (?P<quota>[^:]+): (?:must specify )?(?P<lacks>[^\n]+)"
QUOTA_OTHER = r"(?:insufficient quota to|status unknown for quota)[^\n]+"

# plugin/pkg/admission/limitranger/admission.go, 1.36.
LIMIT_BOUND = (
    r"(?P<bound>minimum|maximum) (?P<resource>\S+) usage per (?P<type>\w+) is (?P<value>[\w.]*\w)"
    r"(?:, but (?P<part>limit|request) is (?P<has>[\w.]*\w)|\.\s+No (?P<lacks>limit|request) is specified)"
)
LIMIT_RATIO = (
    r"(?<![^\s\[])(?P<resource>[^\s\[]+) max limit to request ratio"
    r" per (?P<type>\w+) is (?P<value>[^,]+), but (?P<rest>[^,\]]+)"
)
# A request above the limit, which a LimitRange may have filled in (pkg/apis/core/validation, 1.36).
OVER_LIMIT = (
    r"resources\.requests: Invalid value: \"?(?P<has>[\w.]+)\"?: must be less than or equal to (?P<resource>\S+) limit"
    r"(?: of (?P<value>[\w.]+))?"
)

# plugin/pkg/admission/serviceaccount/admission.go and plugin/pkg/admission/priority/admission.go, 1.36.
SERVICE_ACCOUNT = r'error looking up service account [^\s:]+: serviceaccounts? "(?P<name>[^"]+)" not found'
PRIORITY_CLASS = r'no PriorityClass with name "?(?P<name>[^\s"]+)"? was found'

# apiserver/pkg/admission/plugin/webhook/errors/statuserror.go, 1.36: without a message or a reason, "without explanation".
WEBHOOK_DENIES = r'(?s)admission webhook "(?P<name>[^"]+)" denied the request(?: without explanation)?(?:: (?P<why>.*))?'
WEBHOOK_NO_DRY_RUN = r'admission webhook "[^"]+" does not support dry run'
# apiserver/pkg/util/webhook/error.go, 1.36.
WEBHOOK_FAILS = r'(?s)failed calling (?:admission )?webhook "(?P<name>[^"]+)"(?:[:;] (?P<why>.*))?'

# apiserver/pkg/admission/plugin/policy/validating/dispatcher.go, 1.36.
POLICY = r"(?s)\b(?P<kind>\w+AdmissionPolicy) '(?P<name>[^']+)'(?: with binding '[^']+')? denied request: (?P<why>.*)"

# apimachinery/pkg/api/errors/errors.go, 1.36: what stands around any of them, and around what plugins of others say.
REFUSED = r'(?s)(?:\S+ "[^"]*" )?is (?:forbidden|invalid): (?P<why>.*)'
# apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go, 1.36.
LEAVING = r"(?s)(?P<why>unable to create new content in namespace .*)"
