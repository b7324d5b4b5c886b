"""What a process says of what it was told: its environment, its command line, its configuration."""

from .table import Row, rows

_Q = r"[\"'`‘’“”]"
_ENV = r"[Ee]nv(?:ironment)?(?:[ _-]?[Vv]ar(?:iable)?s?|[Vv]ariables?)?"
_ENV_VAR = r"[Ee]nv(?:ironment)?[ _-]?[Vv]ar(?:iable)?s?"
# Words that stand where a name may stand, and are none.
_NO_NAME = (
    r"(?!(?:is|are|was|were|not|must|required?s?|mandatory|named|called|for|has|have|and|or|in|to|the|an?|with|of"
    r"|names?|values?|missing|file"
    r"|set|defined|following|necessary|needed|some|this|that|any|all|these|no|on|at|at least|one|either|invalid"
    r"|empty|undefined|unset|from"
    r"|by|be|it|could|cannot|but|does|do|did|isn|aren|wasn|found|contains?|should|needs?|your|an|process|config"
    r"|if|when|as|This|The|These|Those|Your|Some|That|An?)\b)"
)
_NAME = rf"{_NO_NAME}[A-Za-z_][\w.-]*"
_UPPER = r"[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]"
_LIST = r"(?P<variable>[A-Z_][A-Z0-9_]+(?:(?:,? and |,? or |, ?| )[A-Z_][A-Z0-9]*_[A-Z0-9_]+)*)\b"
# More names, each on a line of its own.
_FURTHER = r"(?:(?:: undefined)?,?\n\s*(?:[-*•] )?[A-Z_][A-Z0-9_]{2,}(?=(?:: undefined)?,?[ \t]*$))*"
_NOT = (
    r"(?:not (?:been )?(?:set|found|defined|provided|present|specified|configured|available|supplied|given"
    r"|exist)\b|unset\b|undefined\b"
    r"|missing\b|required\b|empty\b|mandatory\b|nil\b|null\b|blank\b|needed\b|(?:un)?defined but empty)"
)
_MUST = (
    r"(?:must|should|has to|have to|needs? to) (?:not be (?:empty|blank|null|unset)|be (?:set|defined|provided"
    r"|specified|configured|present|given|supplied|non-empty|exported))"
)
# A variable of one word, where a program names it before it says what is wrong with it.
_ALONE = r"(?:^|[\s\"])(?P<{}>(?!(?:ERROR|FATAL|PANIC|WARN|WARNING|INFO|DEBUG|TRACE)\b)[A-Z][A-Z0-9]{{2,}})"

# What a client of a service is given in the program, mostly from a variable that it does not name.
_CREDENTIAL = (
    rf"{_Q}?(?P<what>(?:\w+[. ])?\w*(?:[aA]piKey|[pP]rivateKey|[pP]ublicKey|[cC]lientI[dD]|clientID|[aA]ppId|[sS]ecret|[aA]ccessToken|[aA]ppToken"
    rf"|[bB]otToken|Bot Token|[cC]redentials?|[cC]onnectionString|[aA]pi key|[aA]ccountSid))\b{_Q}?"
)

_VARIABLES = (
    *rows(
        "noise",
        ("environment variable", rf"(?i){_ENV_VAR}[^\n]{{0,80}}(?:using|falling back to|defaulting to|assuming"
         r"|will default|ignor(?:ed|ing)|optional)\b"),
        ("not set", r"(?i)\bnot set[,;.(: ]{1,3}(?:using|so using|falling back|defaulting|assuming|will use"
         r"|skipping|ignoring|default)"),
    ),
    *rows(
        "invalid-configuration",
        ("is not defined correctly", r"(?P<key>[A-Z][A-Z0-9_]+) environment variable (?P<why>is not defined correctly)"),
    ),
    # Python: os.environ goes through a function of its own, which is how a KeyError of it is told from any other.
    *rows(
        "missing-env-var",
        ("keyerror: ", r"(?:[/\\]os\.py\"?|<frozen os>\"?|os\.py)[:,] ?(?:line )?\d+,? in __getitem__[^\n]*"
         r"(?:\n[^\n]*){0,6}?\n[^\n]*KeyError: '(?P<variable>[^']+)'"),
        ("keyerror: ", r"\benviron\b[^\n]*(?:\n[^\n]*){0,6}?\n[^\n]*KeyError: '(?P<variable>[^']+)'"),
        ("nonetype'", r"(?:getenv|environ\.get)\([\"'](?P<variable>\w+)[\"']\)[^\n]*(?:\n[^\n]*){0,2}?\n(?:Type|Attribute)Error:"
         r" [^\n]*'NoneType'"),
        # Node shows the line of code, in which the variable is asked for what the error could not read of undefined.
        ("cannot read propert", r"\bprocess\.env\.(?P<variable>\w+)!?\.(?P<read>\w+)\b[^\n]*\n\s*\^[^\n]*\n(?:\s*\n)?TypeError: Cannot read"
         r" properties of undefined \(reading '(?P=read)'\)"),
        ("keyerror: ", rf"(?:\A|^\S[^\n]*\n)KeyError: '(?P<variable>{_UPPER})'"),
        ("keyerror: ", rf"^[^\n]+\bKeyError: '(?P<variable>{_UPPER})'"),
        ("field required", r"validation errors? for \w*(?:Settings|Config|Env)\w*\n"
         r"(?:[^\n]*\n){0,40}?(?P<variable>[\w.]+)\n\s+[Ff]ield required[ \[(]"),
        ("field required", r"^(?P<variable>[\w.]+)\n\s+[Ff]ield required (?:\[type=missing, input_value=\{\}"
         r"|\(type=value_error\.missing\))"),
        # Spring Boot: a property that is bound to nothing, or to an empty text
        ("reason: ", r"^\s+Property: (?P<variable>[\w.\[\]-]+)\n\s+Value: \"?(?:null)?\"?\n(?:\s+Origin: [^\n]*\n)?"
         r"\s+Reason: must not be (?:null|blank|empty)\b"),
        # a class of pydantic-settings, whatever its name
        ("field required", r"(?:pydantic_settings[/\\]\w+\.py|pydantic[/\\]env_settings\.py)\"[^\n]*\n(?:[^\n]*\n){0,12}?"
         r"[^\n]*validation errors? for \w+\n(?:[^\n]*\n){0,40}?(?P<variable>[\w.]+)\n\s+[Ff]ield required [\[(]"
         r"(?:type=missing, input_value=\{(?P<given>[^}\n]*))?"),
        ("environment variables", r"[Mm]issing (?:required )?environment variables:?\s*\n(?:[^\n]*\n)??\s*(?:[-*•]"
         rf" )?(?P<variable>[A-Z_][A-Z0-9_]+{_FURTHER})\b"),
        ("as an environment variable", r"one of the following as an environment variable:?\s*\n\s*-? ?(?P<variable>\w+)"),
        ("not present in the environment", r"not present in the environment:?\s*\n?\s*(?P<variable>[A-Z_][A-Z0-9_]+(?:, [A-Z_][A-Z0-9_]+)*)"),
        # Zod: an issue's path, then its message; the object may be printed as JSON or by console.log.
        ("required\"", r"[\"']?path[\"']?: \[\s*[\"'](?P<variable>\w+)[\"']\s*\],\s*[\"']?message[\"']?:"
         r" [\"']Required[\"']"),
        ("received undefined", r"[\"']?path[\"']?: \[\s*[\"'](?P<variable>\w+)[\"']\s*\],\s*[\"']?message[\"']?:"
         r" [\"'][^\n]*received undefined"),
        ("_errors", r"\b(?P<variable>\w+)[\"']?: \{\s*[\"']?_errors[\"']?: \[\s*[\"'](?:Required\b|[^\n]*received undefined)"),
        ("received undefined", r"received undefined\n\s*→ at (?P<variable>\w+)"),
        ("required'", r"[\"']?path[\"']?: \[\s*[\"'](?P<variable>\w+)[\"']\s*\],\s*[\"']?message[\"']?: [\"']Required[\"']"),
        spans=True,
    ),
    *rows(
        "missing-env-var",
        ("or call settings.configure()", r"define the environment variable (?P<variable>\w+) or call settings\.configure\(\)"),
        ("declare it as envvar", rf"(?P<variable>{_NAME}) not found\. Declare it as envvar"),
        ("setting must not be empty", r"The (?P<variable>[A-Z_]+) setting must not be empty"),
        # class-validator: what is in the environment is a text, so that one that is none is absent
        ("has failed the following constraints", r"property (?P<variable>[A-Z][A-Z0-9_]+) has failed the following constraints:"
         r" [^\n]*\bis(?:String|NotEmpty|Defined)\b"),
        ("undefined is not an object", r"undefined is not an object \(evaluating '(?:process|Bun|import\.meta)\.env\.(?P<variable>\w+)"),
        # names in a field of a structured line
        ("\"missing", rf"\"missing\w*\": ?\[\"(?P<variable>{_UPPER}(?:\", ?\"{_UPPER})*)\""),
        ("is not allowed to be empty", rf"{_Q}(?P<variable>[A-Z_][A-Z0-9_]+){_Q} is not allowed to be empty"),
        ("environment variable not set", r"'(?P<variable>\w+)': \['Environment variable not set\."),
        ("exc_type", rf"\"exc_type\": ?\"KeyError\", ?\"exc_value\": ?\"'(?P<variable>{_UPPER})'\""),
        ("variables", rf"\b[Vv]ariables (?i:is |are |were |was )+(?i:not set|not defined|missing|unset|empty)[:=-]+ ?{_Q}?\[?{_Q}?{_LIST}"),
        ("is required in env", rf"(?P<variable>{_NAME}) is required in env \w+"),
        # Node
        ("is a required variable", rf"env-var: {_Q}(?P<variable>\w+){_Q} is a required variable"),
        ("is required", rf"(?i)(?:config|env)\w* validation error:? {_Q}(?P<variable>\w+){_Q} is required"),
        ("must have required property", r"env(?:ironment)? must have required property '(?P<variable>\w+)'"),
        ("'required'", r"[ {,](?P<variable>[A-Z_][A-Z0-9_]+): \[ 'Required'"),
        ("received undefined", r"[ {,](?P<variable>[A-Z_][A-Z0-9_]+): \[ '[^\n]*received undefined"),
        ("received undefined", r"[Ii]nvalid input: expected \w+, received undefined(?: \n)?[^\n]{0,20}\bat"
         r" (?P<variable>[A-Z_][A-Z0-9_]+)\b"),
        ("configuration key", r"Configuration key \"(?P<variable>[^\"]+)\" does not exist"),
        ("parameter to `openuri()`", r"The `(?P<what>uri)` parameter to `openUri\(\)` must be a string, got \"undefined\""),
        ("supabaseurl is required", r"(?P<what>supabaseUrl) is required"),
        ("default credentials", r"[Cc]ould not (?:load the|find) (?P<what>default credentials)"),
        ("default credentials", r"[Yy]our (?P<what>default credentials) were not found"),
        ("default credentials", r"(?P<what>Application Default Credentials) are not available"),
        ("no valid providers in chain", r"(?P<what>NoCredentialProviders): no valid providers in chain"),
        ("defaultazurecredential", r"(?P<what>DefaultAzureCredential):? failed to (?:retrieve|acquire) a token"),
        *(
            (needle, rf"^[^\n]{{0,40}}Error: (?:\d+: )?{said.format(what=_CREDENTIAL)}")
            for needle, said in (
                (" required", "{what} (?:is|are) required\\b"),
                (" missing", "{what} (?:is|are) missing\\b"),
                ("requires a", "\\w+ requires an? {what}"),
                ("must provide a", "You must provide an? {what}"),
                ("neither ", "Neither {what} nor \\S+ (?:is |was |were )?(?:provided|set|given)"),
                ("expected parameter", "Expected parameter {what}"),
                ("no key set", "No key set {what}"),
            )
        ),
        ("secretorprivatekey", r"(?P<what>secretOrPrivateKey) must have a value"),
        # the JVM
        ("could not resolve placeholder", r"Could not resolve placeholder '?(?:\$\{)?(?P<variable>[\w.\[\]-]+)"),
        ("srcfg00014", r"SRCFG00014: (?:The config property|Property) (?P<variable>[\w.\"-]+) is required"),
        ("srcfg000", r"SRCFG000(?:11|40): [^\n]*?(?:expand value|config property) (?P<variable>[\w.-]+)"),
        ("unresolved substitution", r"Unresolved substitution \$\{(?P<variable>[\w.]+)\}"),
        ("must not be null", r"NullPointerException: (?P<what>getenv\(\.\.\.\)) must not be null"),
        ("could not resolve substitution", r"Could not resolve substitution to a value: \$\{(?P<variable>[\w.]+)\}"),
        ("nullpointerexception: ", rf"NullPointerException: (?P<variable>{_UPPER})$"),
        ("nosuchelementexception: ", rf"NoSuchElementException: (?:key not found: )?(?P<variable>{_UPPER})$"),
        ("error resolving property value", r"Error resolving property value \[(?:\$\{)?(?P<variable>[\w.-]+)\}?\]\. Property doesn't exist"),
        # Go
        ("missing value", rf"required key (?P<variable>{_NAME}) missing value"),
        ("missing required value", rf"missing required value: (?P<variable>{_NAME})"),
        ("is required but the value is not provided", r"field \"(?P<variable>\w+)\" is required but the value is"
         r" not provided"),
        ("parsing \"\": ", rf"\b(?P<variable>{_UPPER})\b[^\n]{{1,60}}?strconv\.\w+: parsing \"\": invalid syntax"),
        ("parsing \"\": ", rf"{_ALONE.format('variable')}: strconv\.\w+: parsing \"\": invalid syntax"),
        ("converting '' to type", r"assigning (?P<variable>\w+) to \w+: converting '' to type"),
        # Ruby
        ("key not found: \"", rf"key not found: \"(?P<variable>{_UPPER}|[A-Z]{{3,}})\""),
        ("'env.fetch': key not found", r"'ENV\.fetch': key not found: \"(?P<variable>[^\"]+)\""),
        ("missing required configuration key", r"Missing required configuration keys?: \[?\"?"
         r"(?P<variable>[A-Z_][A-Z0-9_]+)"),
        ("missing & config", rf"(?i)\bmissing (?:required )?config(?:uration)? (?:value|setting|key|entry)(?: for)?:? {_Q}(?P<variable>[\w.:-]+){_Q}"),
        ("secret_key_base", r"(?:Missing|requires?|no) `?(?P<variable>secret_key_base)`?"),
        ("master key", r"ENV\['(?P<variable>RAILS_MASTER_KEY)'\]"),
        # PHP
        ("no application encryption key", r"(?P<what>No application encryption key) has been specified"),
        ("failed assertions", rf"environment variables failed assertions: (?P<variable>{_NAME}) is (?:missing|empty)"),
        # .NET
        ("value cannot be null", rf"Value cannot be null\. ?\(?Parameter(?: name:)? '?(?P<variable>{_UPPER})"),
        ("value cannot be null", r"Value cannot be null\. ?\(?Parameter(?: name:)? '?(?P<what>\w*"
         r"(?:[cC]onnectionString|[uU]ri\w*|[uU]rl|[eE]ndpoint|[kK]ey|[sS]ecret|[hH]ost))'?"),
        ("connectionstring", r"The (?P<what>ConnectionString) property has not been initialized"),
        ("connection string", r"(?i)connection string (?:named )?'(?P<connection>[\w:.-]+)' (?:was )?(?:not found"
         r"|is not configured|is missing)"),
        ("a named connection string was used", r"the name '(?P<connection>[\w:.-]+)' was not found in the"
         r" application's configuration"),
        # Rust
        ("notpresent", rf"(?P<variable>{_UPPER}|[A-Z]{{3,}})\b[^\n]{{0,60}}\bNotPresent"),
        ("notpresent", r"on an `Err` value: (?P<what>NotPresent)$"),
        ("missing value for field", r"missing value for field `?(?P<variable>\w+)`?"),
        # shells
        ("unbound variable", r"(?:^|[\s:])(?P<variable>[A-Za-z_]\w*): unbound variable"),
        ("parameter n", r"(?:^|[\s:])(?P<variable>[A-Za-z_]\w*): parameter (?:not set|null or not set)"),
        # `${NAME:?any words}`, which are not what a shell itself says of a command of that name
        (": ", r"^(?:\S*sh: (?:line )?(?:\d+: )?(?:\S*sh: )?|\S+: line \d+: )(?P<variable>[A-Z][A-Z0-9_]{2,}): (?!(?:command )?not found"
         r"|[Pp]ermission denied|No such|Is a dir|cannot|readonly|is read only|bad )\S"),
        # the entrypoints of images
        ("you must specify", r"You must specify (?P<variable>[A-Z][A-Z0-9_]*_[A-Z0-9_]+)\b"),
        ("you need to define", r"[Yy]ou need to define the (?P<variable>[A-Z][A-Z0-9]*_[A-Z0-9_]+)\b"),
        ("set the environment variable", r"\brequires [^\n]{0,80}\. Set the environment variable (?P<variable>[A-Z][A-Z0-9_]+)\b"),
        ("you need to specify one of", r"You need to specify one of (?P<variable>[A-Z][A-Z0-9_]*_[A-Z0-9_]+)\b"),
        ("missing '", r"error: missing '(?P<variable>[A-Z][A-Z0-9_]+)' or"),
        ("dub ensure", r"dub ensure(?:-atleast-one)? (?P<variable>\w+)[^\n]*FAILED"),
        # clients of clouds
        ("you must specify a region", r"(?:NoRegionError: |^)You must specify a (?P<what>region)"),
        ("from any of the providers", r"Unable to load (?P<what>credentials|region) from any of the providers"),
        ("region provider chain", r"Unable to find a (?P<what>region) via the region provider chain"),
        ("credentials from any", r"Could not load (?P<what>credentials) from any providers"),
        ("unable to locate credentials", r"\bUnable to locate (?P<what>credentials)"),
        ("failed to refresh cached credentials", r"failed to refresh cached (?P<what>credentials), (?:no EC2 IMDS role found|static credentials are empty)"),
        ("credentials from any", r"(?:[Uu]nable to load|[Cc]ould not load|[Ff]ailed to load) (?:\w+ )?(?P<what>credentials) from any\b"),
        ("region", r"Invalid Configuration: Missing (?P<what>Region)"),
        ("region", r"Invalid (?P<what>region): region was not a valid DNS name"),
        ("region", r"(?:Missing (?P<what>region) in config|MissingRegion: could not find region|(?:Error:"
         r" )?Region is missing\b)"),
        # anybody, in English
        ("environment variable not found", rf"(?i)environment variable not found: (?!environment variable){_Q}?(?P<variable>{_NAME}\b)"),
        ("env & var", rf"\b{_ENV_VAR}:? (?:named |called |with name )?\$?{_Q}?\$?\{{?(?P<variable>{_NAME}\b)\}}?{_Q}?:?"
         rf" (?:because it |is |was |are |has |must be |needs to be |but )*(?:a )?{_NOT}"),
        ("env & var", rf"\b{_ENV_VAR}:? \$?{_Q}?(?P<variable>{_NAME}\b){_Q}? {_MUST}"),
        ("env & var", rf"(?<![\w-]){_Q}?\$?\{{?(?P<variable>{_NO_NAME}[A-Za-z_]\w*)\}}?{_Q}? (?:is an? )?(?:required "
         rf"|mandatory )?{_ENV_VAR} (?:is |was |are |has |but )*(?:a )?{_NOT}"),
        ("env & var", rf"{_Q}?\$?(?P<variable>[A-Z_][A-Z0-9_]+){_Q}? (?:is an? )?(?:required|mandatory|missing"
         rf"|undefined) {_ENV_VAR}"),
        ("env & var", rf"{_Q}?\$?(?P<variable>[A-Z_][A-Z0-9_]+){_Q}? {_ENV_VAR} {_MUST}"),
        (" env", r"(?i:\b(?:missing|required|undefined|unset|empty|invalid or missing|expected|no|mandatory)) "
         r"(?i:required |mandatory |the |following |value for |value \w+ for |value of |or empty |or undefined )*"
         rf"{_ENV}(?: ?\(?s?\)?)?(?: (?i:is|are|not set|missing|found|for|named|value|defined))*[:=]?"
         rf" {_Q}?\$?\[?{_Q}?{_LIST}"),
        ("env & var", rf"{_ENV_VAR} (?i:is |are |were |was )*(?i:not set|not defined|missing|required|undefined|unset"
         rf"|empty|not found)[:=-]+ ?{_Q}?\[?{_Q}?{_LIST}"),
        ("env & var", r"(?i:please |you must |must |need to |you need to |by )?(?i:set|setting|define|provide|specify"
         rf"|export|supply) (?i:the |a |an |value for |valid )*{_Q}?\$?"
         rf"(?P<variable>[A-Z_][A-Z0-9_]+){_Q}?(?:,? or {_Q}?[A-Z_][A-Z0-9_]+{_Q}?)* {_ENV_VAR}"),
        ("env & var", r"(?i:please |you must |must |need to )(?i:set|define|provide|specify|export) (?i:the |a |an"
         rf" )*{_ENV_VAR} {_Q}?\$?(?P<variable>{_NAME}\b)"),
        (" env", rf"(?P<variable>[A-Z_][A-Z0-9_]+){_Q}? (?i:is |was )?(?i:not|missing|required)(?i: found| set|"
         rf" defined| present)? (?i:in|from|as an?) (?i:the |your )?(?:process )?{_ENV}\b"),
        ("process.env.", rf"\bprocess\.env\.(?P<variable>\w+){_Q}? (?:is |was |must be )*{_NOT}"),
        (" env", rf"\b(?i:no|missing) {_Q}?(?P<variable>{_UPPER}){_Q}? (?i:in|from) (?i:the )?{_ENV}\b"),
        ("environment variable not found", rf"\b(?P<variable>{_UPPER})\b[^\n]{{0,60}}: environment variable not found"),
        ("environment variable not found", r"(?:^|[\s(])(?P<what>environment variable not found)\b"),
        *(
            (needle, pattern)
            for needle, pattern in (
                ("to be set", rf"\b(?i:expect(?:ed|s)?|requires?|needs?|wants?) {_Q}?\$?(?P<variable>{_UPPER}){_Q}? to be set\b"),
                ("set ", rf"\b[Ss]et {_LIST},? (?:before|first|and (?:restart|try again))\b"),
                ("environment", rf"\b[Ee]nvironment(?: \w+){{0,2}} (?:is|are|was|were) (?:absent|incomplete|missing)[:,-]+ ?{_LIST}"),
                ("must be set", rf"Either {_Q}(?P<variable>{_UPPER}){_Q} or {_Q}{_UPPER}{_Q} must be set"),
                ("must", rf"(?:^|[\s(:=\[])\$?{_Q}?\$?(?P<variable>{_UPPER}){_Q}? {_MUST}"),
                *(
                    (needle, rf"(?:^|[\s(:])\$(?P<variable>[A-Z][A-Z0-9]+) (?:{_MUST}|(?:is |was )?{_NOT})")
                    for needle in ("must be & $", "not  & $")
                ),
                ("needs to", rf"(?:^|[\s(:\[])\$?{_Q}?(?P<variable>{_UPPER}){_Q}? {_MUST}"),
                *(
                    (word, rf"(?:^|[\s(:\[=])\$?{_Q}?\$?\{{?(?P<variable>{_UPPER})\}}?{_Q}? (?:is |was |are |has "
                     rf"|been |variable |value |config |setting |secret )*{_NOT}")
                    for word in ("not ", "unset", "undefined", "missing", "required", "empty", "mandatory")
                ),
                *(
                    (word, rf"(?i:\b{word}\b)(?i: required| mandatory| or empty| value for| value of| variables?|"
                     r" vars?| config(?:uration)?| settings?| secrets?| parameters?| option| keys?| the| following)*:?"
                     rf" {_Q}?\$?\[?{_Q}?(?P<variable>{_UPPER}(?:(?:, ?| ){_UPPER})*)\b")
                    for word in ("missing", "undefined", "unset")
                ),
                ("required", r"(?i:\brequired)(?i: config(?:uration)?| setting| secret| variables?| parameter|"
                 r" option| keys?| value)+(?: (?i:is|are|not set|missing|not found|not provided))*:?"
                 rf" {_Q}?\$?(?P<variable>{_UPPER}(?:, ?{_UPPER})*)\b"),
                (": not ", rf"(?:^|[\s(\[]){_Q}?(?P<variable>{_UPPER}){_Q}?: not (?:set|provided|given|found|defined)\b"),
                ("you ", rf"\b[Yy]ou (?:must|(?:need|have) to) (?:set|provide|define|specify|export) (?:the |a |your )?{_Q}?\$?"
                 rf"(?P<variable>{_UPPER})\b"),
                ("please", rf"[Pp]lease (?:set|provide|define|specify|export) (?:the |a |your )?{_Q}?\$?"
                 rf"(?P<variable>{_UPPER})\b"),
                ("no ", rf"\b[Nn]o (?:value (?:for |of )?)?{_Q}?(?P<variable>{_UPPER}){_Q}? (?:was |is )?(?:given|set|provided"
                 r"|configured|defined|specified|supplied|found)\b"),
            )
        ),
    ),
)  # fmt: skip

_FLAG = r"(?P<flag>--?[A-Za-z0-9](?:[\w.:+-]*[\w+])?)"
_WORD = rf"{_Q}?(?P<flag>[^\s'\"`‘’“”,]+){_Q}?"
_VALUE = rf"{_Q}(?P<value>[^'\"`‘’“”]*){_Q}"

# A shell says where it stands in the words that it was given after -c; before, that it is a shell.
_GIVEN = r"^(?:\S*/)?(?:ba|da|a|z|k)?sh: (?:-c: )?(?:(?:line )?\d+: )?"

_ARGUMENTS = (
    *rows(
        "bad-arguments",
        ("required arguments were not provided", r"required arguments? (?:was|were) not provided:\s*\n\s*(?P<flag>[-<]\S+)"),
        # BusyBox shows how it wants to be called, whatever was wrong
        ("multi-call binary", r"^BusyBox v[^\n]* multi-call binary\.\n\n(?P<summary>)Usage: (?P<argument>\w+)"),
        # nothing but how it wants to be called
        ("usage", r"\A(?:(?![^\n]*(?i:error|fail|invalid|illegal|unknown|unrecogni|missing|not |no |can't|unable|must|required|expected"
         r"|denied|exception|warn))[^\n]*\n){0,6}[Uu]sage ?: (?P<usage>[^\n]+)"),
        ("unable to load celery application", r"Unable to load celery application\.\nModule '(?P<module>[^']+)' has no attribute"
         r" '(?P<argument>[^']+)'"),
        ("couldn't find match for argument", r"Argument: (?P<flag>\S+)\s*\n?\s*Couldn't find match for argument"),
        spans=True,
    ),
    *rows(
        "bad-arguments",
        # Go: flag, pflag and cobra, kingpin, urfave
        ("flag provided but not defined", rf"flag provided but not defined: {_FLAG}"),
        ("for flag", rf"invalid (?:boolean )?value {_VALUE} for flag {_FLAG}(?:: (?P<why>.*))?"),
        ("flag needs an argument", rf"flag needs an argument: (?:{_Q}\w{_Q} in )?{_FLAG}"),
        ("unknown flag", rf"unknown flag: {_FLAG}"),
        ("unknown shorthand flag", rf"unknown shorthand flag: {_Q}\w{_Q} in {_FLAG}"),
        ("invalid argument", rf"invalid argument {_VALUE} for {_Q}(?:-\w, )?{_FLAG}{_Q} flag(?:: (?P<why>.*))?"),
        ("unknown command", rf"(?i)unknown command:? {_Q}(?P<argument>[^'\"`]+){_Q}(?: for {_Q}(?P<program>[^'\"]+){_Q})?"),
        ("unknown command: ", r"^[Uu]nknown command: (?P<argument>[\w:.-]+)$"),
        ("unknown flag ", r"unknown flag (?:`(?P<argument>[\w-]+)'|(?P<flag>-[^\s'\"`,]+))"),
        ("missing flags: ", r"error: missing flags: (?P<flag>--[\w-]+)"),
        ("missing positional arguments", r"error: missing positional arguments (?P<argument>[^\n]+)"),
        ("must be one of", rf"error: {_FLAG} must be one of (?P<why>[^\n]*)"),
        (" but got ", rf"error: {_FLAG}: (?P<why>expected [^\n]*? but got \"(?P<value>[^\"]*)\")$"),
        ("error: expected ", r"error: expected (?:one of )?\"[^\n]+\"$"),
        ("for option `", rf"[Ii]nvalid (?:value|argument) {_VALUE} for option `(?:-\w, )?{_FLAG}'\.? ?(?P<why>[^\n]*)"),
        ("for flag `", rf"[Ii]nvalid (?:value|argument) {_VALUE} for flag `(?:-\w, )?{_FLAG}'\.? ?(?P<why>[^\n]*)"),
        ("required flag", rf"(?i)required flags? ?\(?s?\)? ?{_Q}?(?P<flag>[\w.-]+){_Q}?[^\n]{{0,40}} not (?:set|provided|specified)"),
        *(
            (needle, rf"^(?:\S+ )?(?:\S+: )?(?:\w+: )?(?:the |flag |option |argument ){{0,2}}{_Q}?{_FLAG}{_Q}? (?:flag |option |argument )?"
             r"(?:is |are )?(?:(?:a )?required|missing|mandatory|must be (?:set|specified|provided|given)|not (?:set|specified|provided))\b")
            for needle in ("required", "missing", "mandatory", "must be", "not ")
        ),
        (" arg(s)", r"(?:accepts|requires) [^\n]{0,40}arg\(s\),? [^\n]{0,40}(?:received )?\d*"),
        ("unknown long flag", rf"unknown long flag {_Q}{_FLAG}{_Q}"),
        ("unknown short flag", rf"unknown short flag {_Q}{_FLAG}{_Q}"),
        ("try --help", rf"\bunexpected {_WORD}, try --help"),
        ("parsing command line arguments", r"[Ee]rror parsing command ?line arguments: (?P<why>.*)"),
        ("from flags", r"failed to decode configuration from flags: [^\n]*node: (?P<flag>\S+)"),
        # Python: argparse, optparse, click
        ("must be in format", r"Import string \"(?P<argument>[^\"]*)\" must be in format \"<module>:<attribute>\""),
        ("application object must be callable", r"^(?P<why>Application object must be callable)"),
        ("ambiguous option", r"ambiguous option: (?P<flag>\S+) could match"),
        ("unrecognized arguments", r"unrecognized arguments: (?P<flag>\S+)"),
        ("the following arguments are required", r"the following arguments are required: (?P<flag>.+)"),
        ("error: argument ", rf"error: argument {_FLAG} is required"),
        ("error: argument ", r"error: argument (?P<flag>[^\s:]+): (?P<why>.*)"),
        ("no such option", rf"(?i)no such option:? {_Q}?{_FLAG}"),
        ("no such command", rf"No such command {_Q}(?P<argument>[^'\"]+){_Q}"),
        ("missing option", rf"Missing option {_Q}?(?:-\w / |-\w, )?{_FLAG}"),
        ("missing argument", r"Missing argument '(?P<flag>[^']+)'"),
        ("unexpected extra argument", r"[Gg]ot unexpected extra arguments? \((?P<argument>[^)]+)\)"),
        ("invalid value for '", r"Invalid value for '(?P<flag>[^']+)': (?P<why>.*)"),
        ("unknown option: -", rf"^(?:\S+: )?[Uu]nknown option: {_FLAG}"),
        ("failed to find attribute", r"Failed to find attribute '(?P<argument>[^']+)' in '(?P<module>[^']+)'"),
        ("not found in module", r"Attribute \"(?P<argument>[^\"]+)\" not found in module \"(?P<module>[^\"]+)\""),
        ("callable not found or import error", r"unable to load app \d+ [^\n]*\(callable not found or import error\)(?P<summary>)"),
        ("could not locate a flask application", r"Could not locate a Flask application"),
        ("failed to find flask application", r"Failed to find Flask application or factory in module '(?P<module>[^']+)'"),
        # Rust: clap
        ("unexpected argument", rf"unexpected argument {_Q}(?P<flag>[^'\"]+){_Q}"),
        ("which wasn't expected", rf"Found argument {_Q}(?P<flag>[^'\"]+){_Q} which wasn't expected"),
        ("unrecognized subcommand", rf"unrecognized subcommand {_Q}(?P<argument>[^'\"]+){_Q}"),
        ("error: invalid value", rf"error: [Ii]nvalid value {_VALUE} for {_Q}{_FLAG}[^:]*:? ?(?P<why>.*)"),
        ("a value is required for", rf"a value is required for {_Q}{_FLAG}"),
        ("cannot be used with", rf"the argument {_Q}{_FLAG}[^\n]* cannot be used with"),
        # C: getopt of glibc, musl, busybox; shells; curl
        ("invalid ", rf"^\S+: invalid (?:time interval|number(?: of \w+)?|date|mode|signal)(?: specification)?:? {_VALUE}"),
        ("for option '", rf"the argument \({_VALUE}\) for option '{_FLAG}' is invalid"),
        ("unrecogni", rf"unrecogni[sz]ed option:? {_WORD}"),
        (": invalid option", rf"(?<![\w-]){_FLAG}: invalid option"),
        ("is ambiguous", rf"option {_WORD} is ambiguous"),
        ("invalid command", r"(?i)\binvalid command[- ]line (?:arguments?|options?|flags?): (?P<why>[^\n]*)"),
        ("illegal argument", rf"^Illegal argument {_WORD}(?P<summary>)$"),
        ("invalid option", rf"invalid option:? (?:-- )?{_WORD}"),
        ("illegal option", rf"[Ii]llegal option:? (?:-- )?{_WORD}"),
        ("missing ", r"^\S+: (?P<why>missing (?:\w+ )*operand)\b"),
        ("please specify repository location", r"Please specify repository location \((?P<flag>-r)\b"),
        ("unknown command", r"^(?:ERROR|[Ee]rror): [Uu]nknown (?:sub)?command:? (?P<argument>[\w:.-]+)$"),
        ("no url specified", r"^curl: no URL specified"),
        # the words that are given to a shell after -c
        ("syntax error", rf"{_GIVEN}[Ss]yntax error\b"),
        ("bad substitution", rf"{_GIVEN}(?:[^\n]*: )?[Bb]ad substitution"),
        ("unexpected eof while looking for", rf"{_GIVEN}unexpected EOF while looking for"),
        ("requires an argument", rf"option (?:-- )?{_WORD} requires an argument|option requires an argument (?:--"
         rf" )?{_WORD.replace('flag', 'option')}"),
        ("is unknown", rf"option {_Q}?{_FLAG}{_Q}?: is unknown|[Oo]ption '(?P<option>[\w-]+)' is unknown"),
        # the JVM and what runs on it
        ("unrecognized vm option", r"Unrecognized VM option '(?P<flag>[^']+)'"),
        ("unrecognized option: ", rf"Unrecognized option: {_FLAG}"),
        ("improperly specified vm option", r"Improperly specified VM option '(?P<flag>[^']+)'"),
        ("heap size", r"Invalid (?:maximum|initial) heap size: (?P<flag>\S+)"),
        ("heap size", r"(?P<why>(?:Initial heap size set to a larger value than|The size of the object heap) ?.*)"),
        ("too small", r"^(?P<why>Too small (?:maximum|initial) heap.*)"),
        ("conflicting collector", r"(?P<why>Conflicting collector combinations in option list)"),
        ("garbage collectors selected", r"(?P<why>Multiple garbage collectors selected)"),
        ("corrupt jarfile", r"Error: Invalid or corrupt jarfile (?P<jar>\S+)"),
        ("no main manifest attribute", r"no main manifest attribute, in (?P<jar>\S+)"),
        ("premain-class", r"Failed to find Premain-Class manifest attribute in (?P<jar>\S+)"),
        ("main method not found", r"Error: Main method not found in class (?P<argument>[\w.$]+)"),
        ("unmatched argument", rf"Unmatched arguments? [^\n]*?{_Q}(?P<flag>[^'\"]+){_Q}"),
        ("unknown option: '", rf"Unknown options?: {_Q}{_FLAG}"),
        ("missing required option", r"Missing required options?:? \[?['\"`]?(?P<flag>-{0,2}[A-Za-z0-9][\w.-]*)"),
        ("missing required subcommand", r"(?P<why>Missing required subcommand)"),
        ("is not a valid option", rf"{_Q}{_FLAG}[^'\"\n]*{_Q} is not a valid option"),
        ("is not a valid value for", rf"{_VALUE} is not a valid value for {_Q}{_FLAG}"),
        ("option is required: ", rf"[Tt]he following options? (?:is|are) required: \[?{_FLAG}"),
        ("couldn't convert", rf"ParameterException: {_Q}{_FLAG}{_Q}: (?P<why>couldn't convert {_VALUE}[^\n]*)"),
        ("invalid value for ", r"^Invalid value for (?:option|positional parameter[^'\n]*) '(?P<flag>[^']+)'[^:\n]*: (?P<why>.*)"),
        ("missing required parameter", r"Missing required parameters?: '?(?P<flag>[^'\n]+)'?"),
        ("was passed main parameter", rf"Was passed main parameter {_Q}(?P<flag>[^'\"]+){_Q} but no main parameter"),
        # Node
        ("bad option", rf"bad option: {_FLAG}"),
        ("is not allowed in node_options", rf"{_FLAG}=?\S* is not allowed in NODE_OPTIONS"),
        ("unknown option", rf"error: unknown option {_Q}{_FLAG}{_Q}"),
        ("required option", rf"required option {_Q}(?:-\w, )?{_FLAG}[^\n]* not specified"),
        ("missing required argument", rf"(?i)missing required arguments?:? {_WORD}"),
        ("unknown argument", r"(?i)\bunknown arguments?: (?P<flag>\S+)"),
        ("nonexistent flag", rf"Nonexistent flag: {_FLAG}"),
        ("missing script", r"(?i)missing script:? \"?(?P<argument>[\w:.-]+)"),
        ("script not found", r"[Ss]cript not found \"?(?P<argument>[\w:.-]+)"),
        ("error command \"", r"error Command \"(?P<argument>[^\"]+)\" not found"),
        # .NET
        ("unrecognized command or argument", r"Unrecognized command or argument '(?P<flag>[^']+)'"),
        ("required argument missing for option", rf"Required argument missing for option: ?'?{_FLAG}"),
        ("is required", rf"[Oo]ption {_Q}{_FLAG}[^'\"\n]*{_Q} is required"),
        ("specified command or file was not found", r"Could not execute because the specified command or file was"
         r" not found"),
        # Ruby, PHP, Perl
        ("optionparser::", r"(?:invalid option|missing argument|invalid argument|ambiguous option):"
         rf" {_FLAG}[^\n]*\(OptionParser::"),
        ("don't know how to build task", r"Don't know how to build task '(?P<argument>[^']+)'"),
        ("unknown switches", rf"Unknown switches \"{_FLAG}"),
        ("could not find command", r"Could not find command \"(?P<argument>[^\"]+)\""),
        ("unrecognized command", r"Unrecognized command \"(?P<argument>[^\"]+)\""),
        ("option does not exist", rf"The {_Q}{_FLAG}{_Q} option does not exist"),
        ("error in argument", r"^Error in argument \d+, char \d+: (?P<why>[^\n]*)"),
        ("invalid for option", r"^Value \"(?P<value>[^\"]*)\" invalid for option (?P<flag>\S+) \((?P<why>[^)\n]*)\)"),
        ("is not defined", r"Script \"(?P<argument>[^\"]+)\" is not defined in this package"),
        ("is not defined", r"Command \"(?P<argument>[^\"]+)\" is not defined"),
        ("no commands defined in the", r"no commands defined in the \"(?P<argument>[^\"]+)\" namespace"),
        ("not enough arguments", r"Not enough arguments \(missing: (?P<flag>[^)]+)\)"),
        ("unrecognized switch", rf"Unrecognized switch: {_FLAG}"),
        # anybody
        ("unknown option", rf"(?i)\bunknown option:? {_WORD}"),
        ("unknown parameter", rf"(?i)\bunknown (?:command[- ]line )?parameter:? {_Q}?{_FLAG}"),
        ("unrecognized", rf"(?i)\bunrecogni[sz]ed (?:command[- ]line )?(?:argument|flag|parameter|switch)s?:? {_WORD}"),
        ("unexpected argument", rf"(?i)\bunexpected argument:? {_WORD}"),
        ("invalid flag", rf"(?i)\b(?:invalid|illegal|unsupported) (?:command[- ]line )?flag:? {_WORD}"),
        ("invalid argument", rf"(?i)\binvalid (?:command[- ]line )?argument:? {_Q}?{_FLAG}"),
        ("too many arguments", r"(?i)\btoo (?:many|few) (?:command[- ]line )?arguments\b(?! (?:to|for|in) "
         r"(?:function|method|call))"),
        ("too few arguments", r"(?i)\btoo few (?:command[- ]line )?arguments\b(?! (?:to|for|in) (?:function|method|call))"),
    ),
)  # fmt: skip

_FILE = (
    r"(?P<file>[\w./~-]+\.(?:ya?ml|json5?|toml|ini|conf|cfg|cnf|xml|properties|hcl|tf|env|cue|hocon|neon|edn|rb|cfg|config))"
)
_LINE = r"(?P<line>\d+)"
_CONFIG = r"(?:config(?:uration)?s?(?: file)?|settings?|manifest|options? file)"
_BAD = r"(?:invalid|malformed|bad|illegal|unsupported|incorrect|broken|corrupt(?:ed)?|wrong|unparsable|unparseable)"
# Two words or more in lower case, and no place in a source file.
_PATH_OF_SETTING = r"(?![\w.-]*\.(?:go|py|rb|js|ts|rs|java|kt|php|pl|c|cc|cpp|ex|sh|conf|ya?ml|json|toml)\b)[a-z][a-z0-9]*(?:[._-][a-z0-9]+)+"

_FORMATS = (
    *rows(
        "invalid-configuration",
        # YAML of Python, Java, Ruby: the words, then the place
        ("line ", r"(?P<why>while (?:scanning|parsing)[^\n]*|[^\n]{0,80}not allowed here|expected [^\n]*|could not "
         r"(?:find|determine)[^\n]*|found [^\n]*)"
         rf"\n\s+in (?:\"(?P<file>[^\"]+)\"|'[^']*'|[^,\n]+), line {_LINE}, column \d+"),
        ("unmarshal errors", rf"yaml: unmarshal errors:[^\n]*\n\s+line {_LINE}: (?P<why>(?:field (?P<key>[\w.-]+) not found"
         r"|cannot unmarshal !!\w+ `(?P<value>[^`]*)`|)[^\n]*)"),
        ("decoding failed due to", r"decoding failed due to the following error\(s\):[^\n]*\n(?:\s*\n)?\s*(?:\* )?'(?P<key>[^'\n]+)'"
         r" (?P<why>[^\n]+)"),
        ("reason: ", r"Property: (?P<key>[^\n]+)\n\s+Value: \"?(?P<value>[^\"\n]*)\"?\n(?:[^\n]*\n)?\s+Reason:"
         r" (?P<why>[^\n]+)"),
        ("invalid keys", r"(?P<section>'[^'\n]*') (?:expected|has invalid keys): (?P<key>[^\n]+)"),
        ("environment variables", r"[Ii]nvalid environment variables:?\s*\n(?:[^\n]*\n)?\s+"
         r"(?P<key>[A-Z_][A-Z0-9_]+): (?P<why>[^\n]+)"),
        # pydantic: a field, then what is wrong with it
        ("[type=", r"validation errors? for \w*(?:Settings|Config|Env)\w*\n(?:[^\n]*\n){0,40}?"
         r"(?P<key>[\w.]+)\n\s+(?P<why>(?!Field required)[^\n\[]+) \[type=(?:[^\n]*?input_value='"
         r"(?P<value>[^']*)')?[^\n]*"),
        ("[type=", r"pydantic_settings[/\\]\w+\.py\"[^\n]*\n(?:[^\n]*\n){0,12}?[^\n]*validation errors? for \w+\n(?:[^\n]*\n){0,40}?"
         r"(?P<key>[\w.]+)\n\s+(?P<why>(?!Field required)[^\n\[]+) \[type=(?:[^\n]*?input_value='(?P<value>[^']*)')?[^\n]*"),
        ("(type=", r"validation errors? for \w*(?:Settings|Config|Env)\w*\n(?:[^\n]*\n){0,40}?"
         r"(?P<key>[\w.]+)\n\s+(?P<why>(?!field required)[^\n(]+) \(type="),
        # Zod: an issue that is not an absence
        ("\"message\": \"", r"ZodError: \[(?:[^\n]*\n){0,20}?\s+\"path\": \[\s*\""
         r"(?P<key>\w+)\"\s*\],\s*\"message\": \"(?P<why>(?!Required)(?![^\"\n]*received undefined)[^\"\n]+)\""),
        ("_errors", r"\b(?P<key>\w+)[\"']?: \{\s*[\"']?_errors[\"']?: \[\s*[\"'](?P<why>[^\"'\n]+)"),
        ("✖ ", r"^✖ (?P<why>[^\n]+)\n\s*→ at (?P<key>[\w.\[\]]+)"),
        # a number that is none, read from the environment
        ("valueerror: ", r"(?:environ|getenv)(?:\W{1,4}(?:get\W{1,2})?(?P<key>[A-Z_][A-Z0-9_]+))?[^\n]*(?:\n[^\n]*){0,3}?\nValueError:"
         r" (?:invalid literal for int\(\) with base \d+|could not convert string to float): '(?P<value>[^']*)'"),
        ("keyerror: ", r"[/\\]configparser\.py\", line \d+, in __getitem__\n(?:[ \t][^\n]*\n){1,2}(?P<why>KeyError): '(?P<key>[^']+)'"),
        # Node shows an address that is none in the dump of the error
        ("invalid url", r"\b(?P<why>Invalid URL)\b[^\n]*\n(?:[^\n]*\n){0,14}?\s+input: '(?P<value>[^'\n]+)'"),
        spans=True,
    ),
    # No configuration: the page of a server, or an object that was taken for text.
    *rows("exception", ("unexpected token", r"(?P<type>SyntaxError): (?P<message>Unexpected token (?:'?<|[^\n]*\"\[object )[^\n]*\bJSON[^\n]*)")),
    *rows(
        "invalid-configuration",
        # YAML
        ("yaml: ", rf"(?:(?P<file>/[^\s:]+)[^\n]{{0,40}})?yaml: (?:line {_LINE}: )?(?P<why>(?:mapping values|did"
         r" not find|found |could not find|unmarshal|cannot unmarshal"
         r"|block (?:sequence|mapping|collection)|unknown anchor|control characters|invalid|map merge|input error"
          r"|construct|while |no |non-|did not|key |sequence|document)[^\n]*)"),
        ("invalid yaml", r"\b[Ii]nvalid yaml[.:] ?(?P<why>[^\n]*)"),
        ("yamlexception", r"YAMLException: (?P<why>[^\n]*)"),
        ("yamlparseerror", r"YAML(?:Parse|Semantic|Syntax)Error: (?P<why>[^\n]*)"),
        ("yaml.", r"\byaml\.(?:scanner|parser|reader|constructor|composer)\.\w+Error: ?(?P<why>[^\n]*)"),
        ("psych::badalias", r": (?P<why>Unknown alias: [^\n]*) \(Psych::BadAlias\)"),
        ("puma::dsl", r"undefined (?:local variable or )?method [`'](?P<key>\w+)' for [^\n]{0,20}Puma::DSL"),
        ("psych::", rf"\((?P<file>[^)]+)\): (?P<why>[^\n]*?) at line {_LINE} column \d+ \(Psych::\w+\)"),
        ("snakeyaml", r"org\.yaml\.snakeyaml\.\w+\.\w+Exception: ?(?P<why>[^\n]*)"),
        ("error converting yaml to json", r"error converting YAML to JSON: (?P<why>[^\n]*)"),
        ("mapping values are not allowed", r"(?P<why>mapping values are not allowed[^\n]*)"),
        # JSON
        ("jsondecodeerror", rf"JSONDecodeError: (?P<why>[^\n]*?: line {_LINE} column \d+[^\n]*)"),
        ("invalid package.json", r"Invalid (?P<file>package\.json): JSONParseError: (?P<why>[^\n]*? in JSON at position \d+)"),
        ("in json", r"SyntaxError: (?:(?P<file>[^\s:]+\.json): )?(?P<why>[^\n]* in JSON(?: at position \d+)?(?:"
         r" \(line \d+ column \d+\))?)"),
        ("end of json input", r"(?P<why>[Uu]nexpected end of JSON input)"),
        ("is not valid json", r"(?P<why>[^\n:]{0,60}is not valid JSON)"),
        ("invalid character", r"(?P<why>invalid character '[^']+' (?:looking for|after|in|exponent)[^\n\"]*)"),
        ("cannot unmarshal", r"(?P<why>(?:json|yaml|toml): cannot unmarshal [^\n]*)"),
        ("unknown field", r"(?:json: )?unknown field [\"`'](?P<key>[^\"`']+)[\"`'](?P<why>,? ?[^\n]*)"),
        ("unrecognized field", r"Unrecognized field \"(?P<key>[^\"]+)\"(?P<why>[^\n]{0,120})"),
        ("jsonparseexception", r"JsonParseException: (?P<why>[^\n]*)"),
        ("could not parse the json file", r"(?P<why>Could not parse the JSON file)(?P<summary>)"),
        ("failed to load configuration from file", r"(?P<why>Failed to load configuration) from file '(?P<file>[^']+)'"),
        ("parse error: ", rf"^(?:jq: )?parse error: (?P<why>[^\n]*?) at line {_LINE}, column \d+"),
        ("jq: ", r"^jq: (?:parse )?error(?: \([^)]*\))?(?: \(at [^)]*\))?: (?P<why>(?!Could not open)[^\n]*)"),
        ("json::parsererror", r"(?P<why>[^\n]{0,160})\(JSON::ParserError\)"),
        ("json.exception.", rf"\[json\.exception\.parse_error\.\d+\] (?P<why>parse error(?: at line {_LINE}, column \d+)?[^\n]*)"),
        ("json.exception.", r"\[json\.exception\.out_of_range\.\d+\] key '(?P<key>[^'\n]*)' (?P<why>not found)"),
        ("json.exception.", r"\[json\.exception\.type_error\.\d+\] (?P<why>[^\n]*)"),
        ("yaml-cpp: error", rf"yaml-cpp: error at line {_LINE}, (?P<why>[^\n]*)"),
        # TOML, INI, XML, HCL, properties
        ("toml", rf"(?:TOML parse error at |TOMLDecodeError: |TomlDecodeError: |toml: )(?:line {_LINE})?"
         r"(?: ?\(last key \"(?P<key>[^\"]+)\"\))?(?P<why>[^\n]*)"),
        ("configparser.", r"configparser\.\w+Error: (?P<why>[^\n]*)"),
        ("file contains no section headers", r"(?P<why>File contains no section headers)"),
        ("saxparseexception", rf"SAXParseException;(?: systemId: (?:file:)?(?P<file>[^;]+);)? lineNumber: {_LINE};"
         r" columnNumber: \d+; (?P<why>[^\n]*)"),
        ("saxparseexception", rf"SAXParseException: (?P<why>[^\n]*?) in '(?P<file>[^']+)', line {_LINE}"),
        ("parse error on line", rf"^(?:\S+: )?(?:\w*Error: )?[Pp]arse error on line {_LINE}:? ?(?P<why>[^\n]*)"),
        ("etree.elementtree.parseerror", r"ElementTree\.ParseError: (?P<why>[^\n]*)"),
        ("joranexception", r"JoranException: (?P<why>[^\n]*)"),
        ("argument or block definition required", r"(?P<why>Argument or block definition required)"),
        ("an argument or block definition is required", r"(?P<why>An argument or block definition is required)"),
        ("malformed \\u", r"(?P<why>Malformed \\u\w+ encoding)"),
        ("no configuration setting found", r"(?P<why>No configuration setting found) for key '(?P<key>[^']+)'"),
        ("rather than", r"ConfigException\$WrongType: (?:[^\n]*: )?(?P<key>[\w.-]+) (?P<why>has type \w+ rather than \w+)"),
        ("configexception", r"ConfigException(?:\$\w+)?: (?P<why>[^\n]*)"),
    ),
)  # fmt: skip

_KIND = r"(?:valid|number|integer|int|float|boolean|bool|port|ur[li]|duration|address)"
_VALUES = (
    *rows(
        "invalid-configuration",
        ("on instance[", r"ValidationError: (?P<why>[^\n]*)\n(?:[^\n]*\n){0,24}?On instance[^\n]*?\['?(?P<key>\w+)'?\]:\n"
         r"\s+(?P<value>[^\n]*)"),
        spans=True,
    ),
    *rows(
        "invalid-configuration",
        # Kubernetes' own variables for a Service: REDIS_PORT=tcp://10.0.0.1:6379
        ("tcp://", r"(?i)(?:parsing|parse|invalid|for input string|not a (?:valid )?(?:number|integer|port)"
         r"|literal for int)[^\n]{0,60}\"?'?(?P<value>tcp://[0-9.]+:\d+)"),
        ("tcp://", r"(?P<value>tcp://[0-9.]+:\d+)['\"]?[^\n]{0,40}(?i:invalid|not a (?:valid )?(?:number|integer"
         r"|port)|NaN|out of range|unable to parse)"),
        ("from environment variable", r"could not parse \"(?P<value>[^\"]*)\" as [^\n]{1,40} from environment variable"
         r" \"(?P<key>\w+)\"(?P<why>)"),
        ("(from envar ", r"error: [^\n]*? but got [^\n]*?\(from envar (?P<key>\w+)=\"(?P<value>[^\"]*)\"\)(?P<why>)"),
        ("converting '", r"assigning (?P<key>\w+) to \w+: converting '(?P<value>[^']*)' to (?P<why>type [\w.]+)"),
        ("parse error on field", r"parse error on field \"(?P<key>\w+)\" of (?P<why>type \"[^\"]*\")(?::[^\n\"]*\"(?P<value>[^\"]*)\")?"),
        ("strconv.", rf"\b(?P<key>{_UPPER})\b[^\n]{{1,40}}?strconv\.\w+: parsing \"(?P<value>[^\"]*)\": (?P<why>[^\n]*)"),
        ("strconv.", rf"{_ALONE.format('key')}: strconv\.\w+: parsing \"(?P<value>[^\"]*)\": (?P<why>[^\n]*)"),
        ("strconv.", r"strconv\.\w+: parsing \"(?P<value>[^\"]*)\": (?P<why>[^\n]*)"),
        ("in duration", r"(?P<why>(?:missing|unknown) unit [^\n]*in duration) \"?(?P<value>[^\"\n]*)\"?"),
        ("invalid duration", rf"(?P<why>invalid duration):? {_Q}?(?P<value>[^'\"`\n]*){_Q}?"),
        ("parseinterror", r"(?P<why>ParseIntError \{ kind: \w+ \})"),
        *(
            (why, rf"(?:\b(?:invalid|parse|parsing|bad|reading|for) {_Q}?(?P<key>[A-Z][A-Z0-9_]{{2,}})\b[^\n]{{0,60}}: )?(?P<why>{why})")
            for why in ("invalid digit found in string", "cannot parse integer from empty string", "invalid float literal"
                        , "invalid socket address syntax", "provided string was not `true` or `false`")
        ),
        # serde: what it found, and for which key
        ("invalid type: ", r"^(?![^\n]*decoding response)[^\n]*?(?P<why>invalid type: (?:found )?[^\n]{1,160}?, expected [^\n]{1,80}?) for key [`\"](?P<key>[\w.]+)"),
        ("invalid type: ", r"^(?![^\n]*decoding response)[^\n]*?(?:\b(?P<key>[a-z][\w.]*): )?(?P<why>invalid type: (?:found )?[^\n]{1,160}?, expected [^\n]{1,80})"),
        ("builder error for url", r"builder error for url \((?P<value>[^)\s]*)\)(?P<why>)"),
        ("url did not parse", r"(?P<why>\w+ URL did not parse)"),
        ("err_socket_bad_port", r"ERR_SOCKET_BAD_PORT\]: (?P<why>[^\n]*?)(?:\. Received [^\n]*?[('](?P<value>[^()'\n]+)'?\))?\.?$"),
        ("port must be 0-65535", r"(?P<why>port must be 0-65535)"),
        ("port should be", r"(?P<why>[Pp]ort should be (?:>= ?0|between)[^\n]*)"),
        # connection strings and URLs
        ("sqlalchemy url", r"(?P<why>Could not parse SQLAlchemy URL)[^\n]*"),
        ("can't load plugin: sqlalchemy.dialects", r"(?P<why>Can't load plugin: sqlalchemy\.dialects):(?P<value>\S+)"),
        # a user that the image does not have
        *(
            (needle, rf"^(?:(?:\S*/)?(?:su|sudo|runuser|chown|chgrp|install|id|su-exec|chpst|setpriv|setuidgid|s6-\w+|crond?): "
             rf"|error: failed switching to \"[^\"\n]+\": |Error: (?=Invalid user name)){_Q}?(?P<why>{words}):? {_Q}?(?P<value>[\w:.-]+)")
            for needle, words in (
                ("unknown user", r"unknown user(?:/group| or group)?"),
                ("unable to find user", r"unable to find user"),
                ("unable to find group", r"unable to find group"),
                ("invalid user", r"[Ii]nvalid user(?: name)?"),
                ("invalid group", r"[Ii]nvalid group(?: name)?"),
            )
        ),
        ("no such user", r"^id: ‘(?P<value>[^’]+)’: (?P<why>no such user)"),
        ("does not exist", r"^(?:su|runuser): user (?P<value>\S+) (?P<why>does not exist)"),
        ("cannot get ", r"(?P<why>cannot get [ug]id for (?:user|group)) '(?P<value>[^']+)'"),
        # supervisord, cron
        ("in section '", r"(?P<why>[^\n]{1,120}) in section '(?P<key>[^']+)' \(file: '(?P<file>[^']+)'\)"),
        ("\":", r"^\"(?P<file>[^\"]+)\":(?P<line>\d+): (?P<why>bad (?:minute|hour|day-of-month|month|day-of-week|command|time specifier|username)\b)"),
        ("(forgotten import?)", r"(?P<why>unknown driver) \"?(?P<value>[\w-]+)\"? \(forgotten import\?\)"),
        ("find section in config", r"(?P<why>didn't find section in config file)"),
        ("the config profile", r"The config profile \((?P<value>[^)]+)\) (?P<why>could not be found)"),
        # frameworks: Laravel, Symfony, Rails
        ("unsupported cipher or incorrect key length", r"(?P<why>Unsupported cipher or incorrect key length)"),
        ("non-existent parameter", r"(?P<why>non-existent parameter) \"(?P<key>[^\"]+)\"(?: in (?P<file>/[^\s:]+))?"),
        ("does not contain valid yaml", rf"The file \"(?P<file>[^\"]+)\" does not contain valid YAML: (?P<why>[^\n]*?) at line {_LINE}"),
        ("messageencryptor::invalidmessage", r"(?P<why>ActiveSupport::MessageEncryptor::InvalidMessage): "),
        ("adapternotfound", r"AdapterNotFound: (?P<why>database configuration specifies nonexistent) '(?P<value>[^']+)' adapter"),
        ("validating datasource", r"Error validating datasource `\w+`: (?P<why>[^\n]*)"),
        ("invalid dsn", r"(?P<why>invalid dsn: [^\n]*)"),
        ("for connection option", r"(?P<why>invalid (?:\w+ )*value) \"(?P<value>[^\"]*)\" for connection option \"(?P<key>[^\"]+)\""),
        ("invalid connection option", r"(?P<why>invalid connection option) \"(?P<key>[^\"]+)\""),
        ("curl: (3)", r"^curl: \(3\) (?P<why>[^\n]+)"),
        ("url using bad/illegal format", r"(?P<why>URL using bad/illegal format or missing URL)"),
        ("not supported or disabled in libcurl", r"(?P<why>Protocol \"[^\"\n]*\" not supported or disabled) in libcurl"),
        ("curl: (1)", r"^curl: \(1\) (?P<why>(?:Protocol|Unsupported protocol)[^\n]+)"),
        ("missing \"=\" after", r"(?P<why>missing \"=\" after [^\n]*in connection info string)"),
        ("invalid connection string", r"(?i)(?P<why>invalid connection string[^\n]{0,100})"),
        ("initialization string", r"(?P<why>Format of the initialization string does not conform to specification)"),
        ("expected connection string to start with", r"(?P<why>Invalid scheme, expected connection string to"
         r" start with [^\n]*)"),
        ("claims to not accept jdbcurl", r"(?P<why>claims to not accept jdbcUrl)"),
        ("failed to configure a datasource", r"(?P<why>Failed to configure a DataSource: [^\n]*)"),
        ("invalid url", r"(?P<why>(?:ERR_INVALID_URL|Invalid URL)\b[^\n]{0,80})"),
        ("first path segment in url", r"(?P<why>first path segment in URL cannot contain colon)"),
        ("parse ", rf"(?:\b(?P<key>{_UPPER})\b[^\n]{{0,20}}?)?\bparse \"?(?P<value>[^\"\n]*)\"?: (?P<why>(?:missing protocol scheme|net/url: "
         r"|empty url|invalid (?:character|userinfo|port|URI|URL|control)|first path segment)[^\n]*)"),
        ("unsupported protocol scheme", r"\w+ \"(?P<value>[^\"\n]*)\": (?P<why>unsupported protocol scheme)"),
        ("default addr for network", r"default addr for network '(?P<value>[^']*)' (?P<why>unknown)"),
        ("invalid ur", rf"(?P<why>[Ii]nvalid UR[IL] scheme):? ?{_Q}?(?P<value>[^\s'\"`]*)"),
        ("scheme must be", rf"(?P<why>\bscheme must be (?:either |one of )?{_Q}[^\n]{{1,80}})"),
        ("error parsing ur", r"(?i)error parsing ur[il]: (?P<why>(?![^\n]*lookup )[^\n]{1,120})"),
        ("failed to parse as", r"cannot parse `(?P<value>[^`]*)`: (?P<why>failed to parse as [^\n]*)"),
        ("unknown port", r"lookup (?:tcp|udp)[46]?/(?P<value>[^\s:]+): (?P<why>unknown port)"),
        *(
            (why, rf"address {_Q}?(?P<value>[^\s'\"`]*){_Q}?: (?P<why>{why})")
            for why in ("missing port in address", "too many colons in address", "invalid port")
        ),
        # an address that the pod has not
        ("assign requested address", r"(?i)\blisten (?:tcp|udp)[46]? (?P<value>\S+): bind: (?P<why>cannot assign requested address)"),
        ("assign requested address", r"(?i)\b(?:bind|listen)\w*\b(?![^\n]*connect: )[^\n]{0,60}(?P<why>cannot assign requested address)"),
        ("eaddrnotavail", r"\b(?:listen|bind) EADDRNOTAVAIL:[^\n]*? (?P<value>[\d.]+:\d+|\S*:\S+)(?P<why>)"),
        ("after host", r"(?P<why>invalid port \S+ after host)"),
        ("url scheme", r"(?P<why>Expected URL scheme [^\n]* but (?:was|no scheme was found for) [^\n]*)"),
        ("the connection string is invalid", r"(?P<why>The connection string is invalid\.[^\n]*)"),
        ("jaas configuration", r"(?P<why>Could not find a '(?P<key>\w+)' entry in the JAAS configuration)"),
        ("url must start with", r"(?P<why>URL must start with 'jdbc')"),
        ("does not support the provided url", r"(?P<why>Driver does not support the provided URL): (?P<value>\S+)"),
        ("hostname setting", r"(?P<why>Strict hostname resolution configured but no hostname setting provided)"),
        ("jdbcurl is required", r"(?P<why>(?:dataSourceClassName or )?jdbcUrl is required[^\n]*)"),
        ("cannot assign requested address", r"BindException: (?P<why>Cannot assign requested address)"),
        ("undefined scheme", r"IllegalArgumentException: (?P<why>URI with undefined scheme)"),
        ("uri scheme", r"IllegalArgumentException: (?P<why>invalid URI scheme [^\n]*)"),
        ("malformedurlexception", r"MalformedURLException: (?P<why>[^\n]*)"),
        ("urisyntaxexception", r"URISyntaxException: (?P<why>[^\n]*)"),
        ("uriformatexception", r"UriFormatException: (?P<why>[^\n]*)"),
        ("urlparseerror", r"(?P<why>UrlParseError[^\n]*)"),
        ("relative url without a base", r"(?P<why>relative URL without a base)"),
        ("missingschema", r"MissingSchema: (?P<why>[^\n]*)"),
        ("no connection adapters were found for", r"(?P<why>No connection adapters were found) for '(?P<value>[^']*)'"),
        ("no such configuration property", r"(?P<why>No such configuration property): \"(?P<key>[^\"\s]+)\""),
        ("key found in configuration", r"(?P<why>No '(?P<key>[^']+)' key found in configuration)"),
        # schemas
        ("is required", rf"^\W*(?P<why>{_Q}(?P<key>[\w.]+){_Q} is required)"),
        ("is a required property", r"(?P<why>'(?P<key>[^']+)' is a required property)"),
        ("must have required property", r"(?P<why>must have required property '(?P<key>[^']+)')"),
        ("additional propert", r"(?i)(?P<why>additional propert(?:y|ies) [^\n]*not allowed[^\n]*)"),
        ("extra inputs are not permitted", r"(?P<why>Extra inputs are not permitted)"),
        ("extra fields not permitted", r"(?P<why>extra fields not permitted)"),
        ("missing field `", rf"(?P<why>missing field) `(?P<key>[^`]+)`(?: at line {_LINE})?"),
        ("has failed the following constraints", r"property (?P<key>[A-Z][A-Z0-9_]+) has failed the following constraints: (?P<why>[^\n]+)"),
        ("env-var: ", rf"env-var: {_Q}(?P<key>\w+){_Q} (?P<why>should be [^\n]*)"),
        ("value was ", rf"(?P<key>[\w.]+): (?P<why>must be [^\n]*?): value was {_Q}?(?P<value>[^'\"`\n]*)"),
        ("configuration property", r"Configuration property \"(?P<key>[^\"]+)\" (?P<why>is not defined)"),
        *(
            (word, rf"\b(?P<key>[A-Z][A-Z0-9_]+){_Q}?: (?:\[ ?{_Q})?(?P<why>{said}[^\n]*)")
            for word, said in (
                (": expected ", r"(?:Too (?:big|small)|Invalid (?:option|input)): expected "),
                (": expected ", r"Expected \w+, received "),
                ("must be ", "Number must be "),
                ("must contain ", "String must contain "),
            )
        ),
        ("must be a", rf"^\W*(?:[^\n]{{0,120}}(?i:validation ?error)\]?:? )?(?P<why>{_Q}(?P<key>[A-Z_][A-Z0-9_]+){_Q} must be "
         r"(?:an? |one of )[^\n]*)"),
        ("server instance is not configured", r"(?P<why>server instance is not configured)(?P<summary>)"),
        ("is not configured", r"(?:^|[\s:])(?P<key>[\w:.-]+) (?P<why>is not configured)\b"),
        ("must be one of", rf"{_Q}?(?P<key>[\w.-]+){_Q}? (?P<why>must be one of [^\n]*)"),
        ("field validation for", r"Field validation for '(?P<key>[^']+)' (?P<why>failed on the '[^']+' tag)"),
        ("invalid_enum_value", r"(?P<why>Invalid enum value[^\n]*)"),
        ("optionsvalidationexception", r"OptionsValidationException: (?P<why>[^\n]*)"),
        ("in configuration", r"Section '(?P<key>[^']+)' not found in configuration"),
        ("failed to convert configuration value", r"Failed to convert configuration value (?:'(?P<value>[^']*)' )?at"
         r" '(?P<key>[^']+)'"),
        ("missing configuration field", r"missing configuration field \"(?P<key>[^\"]+)\""),
        ("failed to load configuration file", r"ERROR: failed to load configuration file '(?P<file>[^']+)'(?P<summary>)"),
        ("failed to post process", r"ERROR: (?P<why>failed to post process the configuration)(?P<summary>)"),
        ("unknown entry", r"(?:\[(?P<file>/[^\s:\]]+)(?::(?P<line>\d+))?\] )?unknown entry '(?P<key>[^']+)'"),
        ("srcfg00039", r"SRCFG00039: The config property (?P<key>\S+) with the config value \"(?P<value>[^\"]*)\" threw an Exception"
         r" whilst being converted ?(?P<why>[^\n]*)"),
        ("failed to load config value", r"(?P<why>Failed to load config value) of type (?:class )?\S+ for: (?P<key>[\w.-]+)"),
        ("error resolving property value", r"Error resolving property value \[(?:\$\{)?(?P<key>[\w.-]+)[^\]\n]*\]\. (?P<why>Unable to convert)"
         r" value \[(?P<value>[^\]\n]*)\]"),
        ("typemismatchexception", r"TypeMismatchException: (?P<why>Failed to convert value of type '[^']*' to required type '[^']*')"
         r"(?:;[^\n]*?(?:input string: |value \[|value ')\"?(?P<value>[^\n\"'\]]+))?"),
        ("spring.config.import", r"(?P<why>No (?P<key>spring\.config\.import) property has been defined)"),
        ("failed to bind properties", r"Failed to bind properties under '(?P<key>[^']+)'"),
        ("configurationpropertiesbindexception", r"Could not bind properties to '(?P<key>[^']+)'"),
        ("missing required configuration", r"(?i)missing required configuration(?: property| key| value)?:?"
         r" \"?(?P<key>[\w.-]+)"),
        ("configuration property", r"configuration property \"(?P<key>[^\"]+)\" not found"),
        ("improperlyconfigured", r"ImproperlyConfigured: (?P<why>[^\n]*)"),
        ("validationerror: ", r"\b(?:jsonschema|marshmallow)\.(?:\w+\.)*ValidationError: (?P<why>[^\n]*)"),
        ("error parsing value for field", r"(?P<why>error parsing value) for field \"(?P<key>\w+)\" from (?P<where>source[^\n]*)"),
        ("in env ", r"(?P<key>[\w.]+) (?P<why>must \w+ [^\n]{1,80}? but it is (?P<value>[^\n]{1,80}?) in env \w+)"),
        # a variable and what it should have been
        ("environment variable", rf"[Ee]nvironment variable {_Q}?(?P<key>{_NAME}\b){_Q}? (?:is |has |contains )?(?:an? )?{_BAD}(?: value)?"
         r"(?:: (?P<why>[^\n]+))?"),
        ("has value", rf"{_Q}(?P<key>[\w.-]+){_Q} has value {_Q}(?P<value>[^'\"`\n]*){_Q}\. (?P<why>[Nn]ot a valid [^\n]+)"),
        ("not a", rf"(?<![\w.-]){_Q}?(?P<key>{_UPPER}|PORT){_Q}?(?:[=:] ?{_Q}?(?P<value>[^'\"`\s]+){_Q}?)?,? (?P<why>(?:is |was |must be )?"
         rf"not an? {_KIND}\b[^\n\"]{{0,60}})"),
        ("not a", rf"\b(?P<key>{_UPPER}|PORT)\b[^\n]{{1,20}}?{_Q}(?P<value>[^'\"`\n]{{1,80}}){_Q} (?P<why>(?:is |was )?not an? {_KIND}\b[^\n\"]{{0,60}})"),
        *(
            (word, rf"\b(?i:{word}) (?:value )?{_Q}?(?P<key>{_UPPER}|PORT)\b{_Q}?(?:[:=] ?{_Q}?| {_Q})(?P<value>[^'\"`\s:;]+){_Q}?(?:[^\w\n]{{1,3}}(?P<why>[^\n\"]+))?")
            for word in ("invalid", "unsupported", "unknown")
        ),
        ("expected ", rf"{_Q}(?P<key>[\w.-]+){_Q}:? (?P<why>expected [^\n]{{2,40}}, (?:but )?(?:got|found|received) [^\n]*)"),
        # names of levels, types, keys
        ("logrus level", r"not a valid logrus Level: \"(?P<value>[^\"]*)\""),
        ("level string", r"level string \"(?P<value>[^\"]*)\": (?P<why>[^\n]*)"),
        ("unrecognized level", r"unrecognized level: \"(?P<value>[^\"]*)\""),
        ("unknown level", r"(?i)unknown (?:log )?level:? '?\"?(?P<value>[^'\"\n]+)"),
        ("log level", rf"(?i)(?:invalid|unknown|unsupported|bad) log ?level:? {_Q}?(?P<value>[^'\"`\s]+)"),
        *(
            (what, r"(?i)\b(?:unknown|unrecogni[sz]ed|unsupported|invalid|undefined|unexpected)"
             rf" {what}:? ?{_Q}?(?P<key>[^\s'\"`,;]+){_Q}?(?:[^\n]{{0,40}}?(?P<file>/[^\s:'\",;)]+)(?::{_LINE})?)?")
            for what in ("directive", "setting", "keyword", "section", "property")
        ),
        ("configuration", r"(?i)\b(?:unknown|unrecogni[sz]ed|unsupported|invalid) configuration (?:key|option|variable"
         rf"|parameter|property|setting|field)s?:? {_Q}?(?P<key>[^\s'\"`,;]+)"),
        (" config ", r"(?i)\b(?:unknown|unrecogni[sz]ed|unsupported|invalid) config (?:key|option|parameter"
         rf"|property|setting|field)s?:? {_Q}?(?P<key>[^\s'\"`,;]+)"),
        ("unknown key", rf"(?i)\b(?:unknown|unsupported) keys?:? {_Q}(?P<key>[^'\"`]+){_Q}"),
        ("invalid value", rf"(?i)\binvalid value:? {_Q}?(?P<value>[^'\"`\n]*?){_Q}? (?:for|of) (?:the )?"
         rf"(?:parameter |option |setting |property |key |field |configuration |variable )*{_Q}?(?P<key>[\w.-]+)"),
        ("invalid value", r"(?i)\binvalid value (?:for|of) (?!Integer\(|Float\()(?:the )?(?:parameter |option |setting |property |key "
         rf"|field |configuration |variable )*{_Q}?(?P<key>[\w./-]+){_Q}?:? ?{_Q}?(?P<value>[^'\"`\n]*)"),
        ("has invalid value", rf"{_Q}?(?P<key>[\w.-]+){_Q}? has (?:an )?invalid value:? ?{_Q}?(?P<value>[^'\"`\n]*)"),
        ("invalid port", rf"(?i)\binvalid port(?: number)?:? {_Q}?(?P<value>[^'\"`\s]+)"),
        ("out of range", r"\b[Pp]ort (?:value )?(?P<why>out of range): ?(?P<value>-?\d+)"),
        ("out of range", r"(?i)\b(?:value|port|config\w*|parameter|setting|option)\b[^\n]{0,60}\b(?P<why>(?:is |was"
         r" )?out of (?:the valid )?range[^\n]{0,60})"),
        ("must be between", rf"(?<![\w.-])(?P<key>[\w.-]{{1,80}}){_Q}? (?P<why>must be between \S+ and \S+)"),
        ("must be greater than",
         rf"(?<![\w.-])(?P<key>[\w.-]{{1,80}}){_Q}? (?P<why>must be greater than (?:or equal to )?[\d.]+)"),
        ("must be positive", rf"(?<![\w.-])(?P<key>[\w.-]{{1,80}}){_Q}? (?P<why>must be positive)"),
        ("must be a positive", rf"(?<![\w.-])(?P<key>[\w.-]{{1,80}}){_Q}? (?P<why>must be a positive (?:integer|number|value))"),
        ("must not be ", r"(?<![\w.-])(?P<key>[\w.-]{1,80})(?:\([^()\n]*\))? (?P<why>must not be (?:less|lower|greater|more|higher)"
         r" than [^\n]*)"),
        # a setting by its path, and what it should be
        *(
            (needle, rf"(?<![\w./@-])(?<!in [`'])(?P<key>{_PATH_OF_SETTING}){_Q}?: (?P<why>(?:(?:the )?value )?(?:must|should|cannot|may not|has to|needs to"
             r"|expected|unknown value|invalid value|unsupported value|is not a|is out of|out of range)\b[^\n]*)")
            for needle in ("must", "should", "cannot", "may not", "has to", "needs to", "expected", "value", "is not a", "out of")
        ),
        # certificates that are part of the configuration
        ("password was incorrect", r"(?P<why>[Kk]eystore (?:was tampered with, or )?password was incorrect)"),
        ("unable to configure https endpoint", r"(?P<why>Unable to configure HTTPS endpoint\. No server certificate was specified)"),
        ("private key does not match", r"(?P<why>private key does not match public key)"),
        ("failed to find any pem data", r"(?P<why>failed to find any PEM data[^\n]{0,60})"),
        ("key values mismatch", r"(?P<why>key values mismatch)"),
        ("no start line", r"(?P<why>no start line)[^\n]*"),
    ),
)  # fmt: skip

# Programs that are configured with a file of their own, and what anybody says of a configuration.
_ANY = rows(
    "invalid-configuration",
    ("configuration error", r"(?i)\bconfiguration error\b(?! detected)[:.]? ?(?P<why>[^\n]*)"),
    ("config error", r"(?i)\bconfig error\b:? ?(?P<why>[^\n]*)"),
    ("config validation error", r"(?i)\bconfig validation error:? ?(?P<why>[^\n]*)"),
    ("config", rf"(?i)\b{_BAD} {_CONFIG}\b(?!/)(?! (?:reload|ignored))(?:[^\n/]{{0,40}}?(?P<file>/[^\s:'\",;]+))?(?P<why>[^\n]*)"),
    ("config", r"(?i)\b(?:errors?|failed|failure|problem|unable|cannot|can't|could not|couldn't"
     rf"|fatal)\b[^\n]{{0,20}} (?:to )?(?:(?:pars|load|read|decod|unmarshal|process|validat|adapt|initiali[sz]"
     r"|interpret)\w*|in|with|get)"
     rf" (?:\S{{0,22}} ){{0,8}}{_CONFIG}\b(?!/)"
      rf"(?:[^\n/]{{0,40}}?(?P<file>/[^\s:'\",;)]+))?(?P<why>[^\n]*)"),
    ("config", rf"(?i)\b{_CONFIG} (?:\S+ )?(?:is |was |has |contains? )+(?:an? )?(?:{_BAD}|errors?|not valid"
     r"|unreadable)(?P<why>[^\n]*)"),
    ("config & fail", rf"(?i)\b{_CONFIG} (?:test |parse |parsing |validation |load(?:ing)? )?(?:failed|failure)\b(?P<why>[^\n]*)"),
    ("config & validation", r"(?i)\bconfig(?:uration)? validation (?:failed|error|errors)\b:? ?(?P<why>[^\n]*)"),
    ("setting", rf"(?i)\b{_BAD} settings?\b(?P<why>[^\n]*)"),
    ("parse error", rf"(?i)\b(?:parse|syntax) error[^\n]{{0,60}}?{_FILE}(?::{_LINE})?(?P<why>[^\n]*)"),
    ("syntax error", rf"(?i)\bsyntax error[^\n]{{0,60}}?{_FILE}(?::{_LINE}| line"
     rf" {_LINE.replace('line', 'at')})?(?P<why>[^\n]*)"),
    ("pars", rf"(?i)\b(?:errors?|failed|failure|cannot|can't|could not|couldn't|unable|problem)\b(?: to| while| when| in)? pars(?:e|ing)"
     rf" (?:the )?(?:file )?{_Q}?{_FILE}{_Q}?(?P<why>[^\n]*)"),
)  # fmt: skip

ROWS: tuple[Row, ...] = (*_VARIABLES, *_ARGUMENTS, *_FORMATS, *_VALUES, *_ANY)
