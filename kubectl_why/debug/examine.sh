#!/bin/sh
# Looks at a container from inside and prints one JSON line a fact; kubectl_why/examination.py lists the kinds and keys.
# Made for busybox ash and dash, with applets that busybox has had since 1.30. What cannot be found out is left out.
# Nothing is written or sent, no program of the container is started, and only regular files are opened.
#
#   --where pod      in a copy of the pod: the container's own files, environment and limits
#           target   beside a container that runs: process 1 is its own, and its files are under --root
#           beside   in a pod without a target: network and volumes only
#   --root DIR, --tools DIR (of a busybox), --user UID:GID, --workdir DIR, --command WORD, --machine ARCHITECTURE,
#   --file PATH, --host HOST[:PORT] and --secret VARIABLE (each as often as needed), --seconds N, --stay SECONDS

exec 2>/dev/null # a log has both streams in one
export LC_ALL=C

where=pod root='' tools='' user='' workdir='' command='' machine='' seconds=20 stay=0
nl='
'

read_options() {
	while [ $# -gt 1 ]; do
		case $1 in
		--where) where=$2 ;;
		--root) root=${2%/} ;;
		--tools) tools=$2 ;;
		--user) user=$2 ;;
		--workdir) workdir=$2 ;;
		--command) command=$2 ;;
		--machine) machine=$2 ;;
		--seconds) seconds=$2 ;;
		--stay) stay=$2 ;;
		esac
		shift 2
	done
}

# each OPTION ACTION OPTIONS...: the action for every value of an option that may be repeated
each() {
	each_option=$1 each_action=$2
	shift 2
	while [ $# -gt 1 ]; do
		[ "$1" = "$each_option" ] && "$each_action" "$2"
		shift 2
	done
}

# ---- JSON: a line is begun with `fact`, gets its keys, and is printed by `say`; an empty value is left out

# Bytes that are no UTF-8 become U+FFFD, so that any name makes valid JSON.
json='
function json(s,    i, j, c, n, more, code, bad, out) {
	if (!byte["a"]) for (i = 1; i < 256; i++) byte[sprintf("%c", i)] = i
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1); n = byte[c]
		if (c == "\"" || c == "\\") out = out "\\" c
		else if (n < 32 || n == 127) out = out sprintf("\\u%04x", n)
		else if (n < 128) out = out c
		else {
			more = n > 244 || n < 194 ? 0 : n > 239 ? 3 : n > 223 ? 2 : 1
			code = n - (more == 3 ? 240 : more == 2 ? 224 : 192)
			bad = !more
			for (j = 1; j <= more; j++) {
				n = byte[substr(s, i + j, 1)]
				if (n < 128 || n > 191) bad = 1
				code = code * 64 + n - 128
			}
			if (bad || (more == 2 && code < 2048) || (more == 3 && (code < 65536 || code > 1114111)) || \
				(code >= 55296 && code < 57344)) { out = out "\\ufffd"; continue }
			if (code < 65536) out = out sprintf("\\u%04x", code)
			else out = out sprintf("\\u%04x\\u%04x", 55296 + int((code - 65536) / 1024), 56320 + (code - 65536) % 1024)
			i += more
		}
	}
	return "\"" out "\""
}
'

fact() { line="{\"fact\":\"$1\""; }
raw() { [ -z "$2" ] || line="$line,\"$1\":$2"; }
say() { printf '%s}\n' "$line"; }
text() {
	case $2 in
	'') ;;
	*[!A-Za-z0-9\ _./:@%+=,-]*)
		raw "$1" "$(
			export value="$2"
			awk "$json"' BEGIN { printf "%s", json(ENVIRON["value"]) }'
		)"
		;;
	*) raw "$1" "\"$2\"" ;;
	esac
}
# whether KEY COMMAND...: true or false
whether() {
	whether_key=$1
	shift
	if "$@"; then raw "$whether_key" true; else raw "$whether_key" false; fi
}
# The lines of standard input as a list, at most $1 of them; nothing where there are none.
list() { awk -v most="$1" "$json"' NR <= most { printf "%s%s", (NR > 1 ? "," : "["), json($0) } END { if (NR) print "]" }'; }

# ---- time

# after SECONDS COMMAND...: run in the background, until it is killed
after() {
	trap 'kill -9 $!; exit' TERM # a process that is just being made may miss any other signal
	sleep "$1" >/dev/null &
	wait $!
	shift
	"$@"
}

# guarded SECONDS COMMAND...: a file system that hangs holds up this look only
guarded() {
	guarded_seconds=$1
	shift
	"$@" &
	guarded_job=$!
	after "$guarded_seconds" kill -9 $guarded_job &
	guarded_timer=$!
	wait $guarded_job
	guarded_status=$?
	kill $guarded_timer
	[ $guarded_status -lt 128 ] || echo incomplete
	return $guarded_status
}

# ---- whom the container runs as, and what it may

know_user() {
	uid='' gid='' groups='' caps=0
	while read -r key values; do
		# shellcheck disable=SC2086
		case $key in
		Uid:) set -- $values && uid=$2 ;;
		Gid:) set -- $values && gid=$2 ;;
		Groups:) groups=$values ;;
		CapEff:) caps=$((0x$values)) ;;
		esac
	done <"/proc/$process/status"
	own=$uid
	if [ -n "$user" ]; then
		[ "${user%%:*}" = "$uid" ] || gid='' groups='' caps=2 # another one; as root it has what containers have by default
		uid=${user%%:*}
		[ -z "${user#*:}" ] || gid=${user#*:}
	elif [ "$where" = beside ]; then
		uid='' # our own tells nothing
	fi
}

look_at_user() {
	[ -n "$uid" ] || return
	fact user
	raw uid "$uid"
	raw gid "$gid"
	# shellcheck disable=SC2086
	raw groups "$(printf '%s\n' $groups | awk 'NF { printf "%s%s", (n++ ? "," : "["), $1 } END { if (n) print "]" }')"
	say
}

# may BIT MODE UID GID: whether the user may read (4), write (2), execute or enter (1) what has this mode and owner.
# By the mode, not by trying: access(2) answers for whom we run as, and busybox's `test -r` never asks it.
may() {
	# CAP_DAC_OVERRIDE is bit 1; it executes only what anybody may execute
	if [ "$uid" = 0 ] && [ $((caps & 2)) != 0 ]; then
		[ "$1" != 1 ] || [ $(($2 >> 12)) = 4 ] || [ $(($2 & 73)) != 0 ]
		return
	fi
	may_shift=0
	case " $gid $groups " in *" $4 "*) may_shift=3 ;; esac
	[ "$3" != "$uid" ] || may_shift=6
	[ $((($2 >> may_shift) & $1)) != 0 ]
}

# ---- files

# Follows a path as the kernel does, but links stay inside the root.
# Sets real, links (how many), missing (the first folder that is not there), blocked (the first that the user may not enter).
walk() {
	todo=$1 real='' links=0 missing='' blocked=''
	set -- "$root/"
	while [ -n "$todo" ]; do
		part=${todo%%/*}
		case $todo in */*) todo=${todo#*/} ;; *) todo='' ;; esac
		case $part in
		'' | .) continue ;;
		..) real=${real%/*} && continue ;;
		esac
		if [ -L "$root$real/$part" ] && [ $links -lt 40 ]; then
			links=$((links + 1))
			target=$(readlink "$root$real/$part" && echo .)
			target=${target%"$nl."}
			[ "$real/$part" != /proc/self ] || target=$process # for readlink that is readlink
			case $target in
			*:\[*) real=$real/$part todo='' && break ;; # /proc's links to a pipe or a socket lead to no path
			/*) real='' && set -- "$root/" ;;
			esac
			todo=$target${todo:+/$todo}
		else
			real=$real/$part
			[ -n "$todo" ] || break
			if [ ! -d "$root$real" ]; then
				missing=$real real=$real/$todo todo=''
			else
				set -- "$@" "$root$real/"
			fi
		fi
	done
	real=${real:-/}
	# as root it may enter every folder
	if [ -z "$uid" ] || { [ "$uid" = 0 ] && [ $((caps & 6)) != 0 ]; }; then return; fi
	for passed in $(stat -c %f,%u,%g "$@"); do
		owner=${passed#*,}
		if ! may 1 $((0x${passed%%,*})) "${owner%,*}" "${owner#*,}"; then
			blocked=${1#"$root"} && blocked=${blocked%/} && blocked=${blocked:-/}
			break
		fi
		shift
	done
}

# What is at a path: after `walk` sets type, mode (with the type's bits), owner_uid, owner_gid, size.
inspect() {
	type=absent mode=0 owner_uid='' owner_gid='' size=''
	walk "$1"
	# shellcheck disable=SC2046
	set -- $(stat -L -c '%f %u %g %s' "$root$real")
	if [ $# = 4 ]; then
		mode=$((0x$1)) owner_uid=$2 owner_gid=$3 size=$4
		case $((mode >> 12)) in
		8) type='file' ;;
		4) type=directory ;;
		10) type='link' ;;
		12) type=socket ;;
		1) type=pipe ;;
		*) type=device ;;
		esac
	elif [ -n "$blocked" ]; then
		type='' missing='' # not allowed to look is not absent
	elif [ $links != 0 ]; then
		type='link' # that leads nowhere
	fi
}

usable() { [ -z "$blocked" ] && [ -n "$owner_uid" ] && may "$1" "$mode" "$owner_uid" "$owner_gid"; }
readable() {
	usable 4 || return
	# beyond the mode: a file server that denies root, an access list
	[ "$where" != pod ] || [ "$type" != file ] || [ "$own" != "$uid" ] || (exec <"$root$real")
}
writable() {
	usable 2 || return
	mount_of "$real"
	case $mount_options in ro*) return 1 ;; esac
}
executable() {
	usable 1 || return
	mount_of "$real"
	case $type,$mount_options in file,*noexec) return 1 ;; esac
}

say_permissions() {
	[ -n "$mode" ] && [ "$mode" != 0 ] || return
	raw mode "\"$(printf '%04o' $((mode & 4095)))\""
	[ -n "$uid" ] || return
	whether readable readable
	[ "$1" = entrypoint ] || whether writable writable
	whether executable executable
}

# The names in these folders that are most like a name: at most 20, those that share the most pairs of letters.
near() {
	near_name=${1##*/}
	shift
	for folder; do
		walk "$folder"
		[ -d "$root$real" ] && find "$root${real%/}/" -mindepth 1 -maxdepth 1 | head -n 2000
	done | (
		export near_name
		awk "$json"'
		{ sub(/.*\//, ""); if (seen[$0]++) next; name[++n] = $0 }
		END {
			wanted = tolower(ENVIRON["near_name"])
			for (i = 1; i <= n; i++) {
				low = tolower(name[i]); score[i] = substr(low, 1, 1) == substr(wanted, 1, 1)
				for (j = 1; j < length(wanted); j++) score[i] += 2 * (index(low, substr(wanted, j, 2)) > 0)
				score[i] -= (length(low) > length(wanted) ? length(low) - length(wanted) : length(wanted) - length(low)) / 4
			}
			for (k = 0; k < 20 && k < n; k++) {
				best = 0
				for (i = 1; i <= n; i++) if (!(i in used) && (!best || score[i] > score[best])) best = i
				used[best] = 1
				printf "%s%s", (k ? "," : "["), json(name[best])
			}
			if (n) print "]"
		}'
	)
}

# look_at_file PATH [VARIABLE]: a path that may be secret is called by the variable's name only
look_at_file() {
	mount_of "$1"
	[ "$where" != beside ] || [ "$mount_path" != / ] || return
	case " $stuck " in *" $mount_path "*) return ;; esac
	guarded 3 describe_file "$@"
	[ $? -lt 128 ] || stuck="$stuck $mount_path"
}
describe_file() {
	inspect "$1"
	fact file
	text variable "$2"
	[ -n "$2" ] || text path "$1"
	text type "$type"
	[ -n "$2" ] || [ -z "$owner_uid" ] || text owner "$owner_uid:$owner_gid"
	say_permissions file
	[ "$type" != file ] || raw size "$size"
	if [ -z "$2" ]; then
		[ $links = 0 ] || text real "$real"
		text missing "$missing"
		text blocked "$blocked"
		[ "$type" != absent ] || [ -n "$missing" ] || raw near "$(near "$1" "${1%/*}/")"
	fi
	say
}

# ---- mounts

# PATH TYPE SOURCE ro|rw[,noexec], one a line, without those of the kernel and the kubelet's own files
know_mounts() {
	mounts=$(awk -v tools="$tools" '
		{
			for (dash = 7; dash <= NF && $dash != "-"; dash++);
			type = $(dash + 1)
			if (type ~ /^(proc|sysfs|cgroup2?|devpts|mqueue|devtmpfs|securityfs|debugfs|tracefs|bpf|pstore|fusectl|configfs|nsfs|binfmt_misc|autofs|rpc_pipefs|efivarfs)$/) next
			if ($5 ~ /^\/(proc|sys)(\/|$)/ || ($5 ~ /^\/dev(\/|$)/ && $5 != "/dev/shm") || $5 ~ /^\/etc\/(hosts|hostname|resolv.conf)$/) next
			options = "," $6 "," $(dash + 3) ","
			if ($5 != tools) print $5, type, $(dash + 2), (options ~ /,ro,/ ? "ro" : "rw") (options ~ /,noexec,/ ? ",noexec" : "")
		}' "/proc/$process/mountinfo")
}

# A path of mountinfo has blanks, newlines and backslashes in octal.
plain() {
	# shellcheck disable=SC2059
	case $1 in
	*\\*) plain=$(printf "$(printf '%s' "$1" | sed 's/%/%%/g').") && plain=${plain%.} ;;
	*) plain=$1 ;;
	esac
}

# Sets mount_path (as mountinfo writes it) and mount_options of a path; the later of two is the upper one.
mount_of() {
	mount_path=/ mount_options=rw mount_depth=0
	while read -r path _ _ options; do
		[ -n "$path" ] || continue # no mounts are known
		plain "$path"
		case $1/ in
		"${plain%/}"/*) [ ${#plain} -lt "$mount_depth" ] || mount_path=$path mount_options=$options mount_depth=${#plain} ;;
		esac
	done <<EOF
$mounts
EOF
}

look_at_mounts() {
	count=0
	while read -r path kind source options; do
		count=$((count + 1))
		if [ -z "$path" ] || [ $count -gt 40 ]; then continue; fi
		guarded 3 describe_mount "$path" "$kind" "$source" "$options"
		[ $? -lt 128 ] || { stuck="$stuck $path" && describe_mount "$path" "$kind" "$source" "$options" hangs; }
	done <<EOF
$mounts
EOF
}
# describe_mount PATH TYPE SOURCE OPTIONS [hangs]
describe_mount() {
	plain "$1"
	mount=$plain
	plain "$3"
	fact mount
	text path "$mount"
	text source "$plain"
	text type "$2"
	case $4 in ro*) raw readOnly true ;; *) raw readOnly false ;; esac
	case $4 in *noexec) raw noExec true ;; esac
	if [ -n "$5" ]; then
		raw hangs true
	elif [ "$root_readable" = true ]; then
		# shellcheck disable=SC2046
		set -- $(stat -f -c '%S %b %a %c %d' "$root$mount")
		if [ $# = 5 ]; then
			raw size $(($1 * $2))
			raw available $(($1 * $3))
			[ "$4" = 0 ] || raw inodes "$4" # some file systems do not count them
			[ "$4" = 0 ] || raw inodesFree "$5"
		fi
		inspect "$mount"
		[ -z "$owner_uid" ] || [ -z "$uid" ] || whether writable writable
	fi
	say
}

# ---- the entrypoint

look_at_entrypoint() {
	[ -n "$command" ] || return
	case $command in
	/*) set -- "$command" ;;
	*/*) set -- "${workdir%/}/$command" ;;
	*)
		# what containerd sets where the image says nothing
		path=$(variable PATH)
		set -f
		IFS=:
		# shellcheck disable=SC2086
		set -- ${path:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
		unset IFS
		set +f
		first=''
		for folder; do
			case $folder in /*) ;; *) folder=${workdir%/}/$folder ;; esac
			inspect "$folder/$command"
			[ "$type" = file ] || continue
			first=${first:-$folder/$command}
			executable && first=$folder/$command && break
		done
		search_path=$* # folders with blanks are not looked through for near names
		set -- "$first"
		;;
	esac
	type=absent owner_uid='' mode=0 blocked='' missing=''
	[ -z "$1" ] || inspect "$1"
	fact entrypoint
	text word "$command"
	text path "$1"
	text type "$type"
	[ -z "$owner_uid" ] || text owner "$owner_uid:$owner_gid"
	say_permissions entrypoint
	text blocked "$blocked"
	if [ "$type" = absent ]; then
		# shellcheck disable=SC2086
		if [ -z "$1" ]; then raw near "$(near "$command" $search_path)"; else raw near "$(near "$1" "${1%/*}/")"; fi
	elif [ "$type" = file ]; then
		told_interpreter='' told_found='' told_executable=''
		look_at_program 0
		text interpreter "$told_interpreter"
		raw interpreterFound "$told_found"
		raw interpreterExecutable "$told_executable"
	fi
	text nodeMachine "$machine"
	say
}

# What the kernel finds in the program at $root$real, and in the interpreters that its #! lines name.
look_at_program() {
	[ "$size" != 0 ] || text format empty
	program=$real
	case $(od -An -v -tx1 -N 4 "$root$program" | tr -d ' \n') in
	7f454c46) look_at_elf "$1" ;;
	2321*) look_at_script "$1" ;;
	efbbbf*) [ "$1" != 0 ] || { text format other && raw bom true; } ;;
	?*) [ "$1" != 0 ] || text format other ;;
	esac
}

look_at_script() {
	first=$(head -c 256 "$root$program" | head -n 1)
	first=${first#??}
	cr=$(printf '\r')
	if [ "$1" = 0 ]; then
		text format script
		case $first in *"$cr") raw crlf true ;; *) raw crlf false ;; esac
	fi
	set -f
	IFS=' 	'
	# shellcheck disable=SC2086
	set -- "$1" $first
	unset IFS
	set +f
	depth=$1 interpreter=$2 found=''
	case $interpreter in /*) inspect "$interpreter" ;; *) inspect "${workdir%/}/$interpreter" ;; esac
	if [ "$type" = file ]; then
		found=$real
		case $interpreter in
		*/env)
			shift 2
			while :; do case $1 in -* | *=*) shift ;; *) break ;; esac done
			if [ -n "$1" ]; then
				interpreter=$1
				find_program "$1"
			fi
			;;
		esac
	fi
	# of a chain of interpreters the one that is not there is told, else the first
	if [ "$depth" = 0 ] || [ -z "$found" ]; then
		told_interpreter=${interpreter%"$cr"} told_found=false told_executable=''
		[ -z "$found" ] || { told_found=true && told_executable=false; }
		[ -z "$found" ] || ! executable || told_executable=true
	fi
	# the kernel follows a chain of four interpreters
	if [ -n "$found" ] && [ "$depth" -lt 4 ]; then
		inspect "$found"
		look_at_program $((depth + 1))
	fi
}

# Sets found and what `inspect` sets for a program that env(1) would look for.
find_program() {
	found=''
	case $1 in */*) search=${1%/*} ;; *) search=$(variable PATH) ;; esac
	search=${search:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:
	while [ -n "$search" ] && [ -z "$found" ]; do
		folder=${search%%:*}
		case $folder in /*) ;; *) folder=${workdir%/}/$folder ;; esac
		inspect "$folder/${1##*/}"
		search=${search#*:}
		[ "$type" != file ] || found=$real
	done
}

# ---- ELF: read byte by byte with od, so that programs of other machines can be read, and nothing is started

# shellcheck disable=SC2016
number='
{ for (i = 1; i <= NF; i++) b[n++] = $i }
function number(at, size,    i, v) {
	for (i = 0; i < size; i++) v = v * 256 + b[at + (little ? size - 1 - i : i)]
	return v
}'

bytes() { od -An -v -tu1 -j "$2" -N "$3" "$root$1"; }

# elf_header PATH: class, machine, 1 for little endian, offset and size of the loader's name and of the dynamic section
# (- where there is none), then address, offset and size of every segment
elf_header() {
	bytes "$1" 0 4096 | awk "$number"'
	END {
		if (b[0] != 127 || b[1] != 69) exit
		wide = b[4] == 2; little = b[5] == 1; w = wide ? 8 : 4
		table = number(wide ? 32 : 28, w); size = number(wide ? 54 : 42, 2); count = number(wide ? 56 : 44, 2)
		loader = dynamic = "- -"
		for (k = 0; k < count && table + (k + 1) * size <= n; k++) {
			at = table + k * size; type = number(at, 4)
			offset = number(at + (wide ? 8 : 4), w); address = number(at + (wide ? 16 : 8), w)
			length_ = number(at + (wide ? 32 : 16), w)
			if (type == 1) loads = loads sprintf(" %.0f %.0f %.0f", address, offset, length_)
			if (type == 2) dynamic = sprintf("%.0f %.0f", offset, length_)
			if (type == 3) loader = sprintf("%.0f %.0f", offset, length_)
		}
		print wide ? 64 : 32, number(18, 2), little, loader, dynamic, loads
	}'
}

# elf_needs PATH HEADER: the libraries that it needs, one a line, then its search path after "path "
elf_needs() {
	needs_path=$1
	# shellcheck disable=SC2086
	set -- $2
	[ "$6" != - ] || return
	class=$1 little=$3 offset=$6 length=$7
	shift 7
	strings=$(bytes "$needs_path" "$offset" "$length" | awk -v w=$((class / 8)) -v little="$little" -v loads="$*" "$number"'
	END {
		for (at = 0; at < n; at += 2 * w) {
			tag = number(at, w); value = number(at + w, w)
			if (!tag) break
			if (tag == 5) table = value
			if (tag == 1 || tag == 15 || tag == 29) {
				wanted = wanted sprintf(" %s %.0f", tag == 1 ? "needed" : "path", value)
				if (low == "" || value < low) low = value
				if (value > high) high = value
			}
		}
		count = split(loads, load, " ")
		for (k = 1; k < count; k += 3)
			if (table >= load[k] && table < load[k] + load[k + 2]) at = table - load[k] + load[k + 1]
		# names that lie far apart are not worth the reading
		if (low != "" && high - low < 200000) printf "%.0f %.0f %.0f%s", at + low, high - low + 1024, low, wanted
	}')
	# shellcheck disable=SC2086
	set -- $strings
	[ $# -gt 3 ] || return
	bytes "$needs_path" "$1" "$2" | awk -v wanted="$*" '
	BEGIN {
		at = 0
		count = split(wanted, want, " ")
		for (k = 4; k < count; k += 2) kind[want[k + 1] - want[3]] = want[k]
	}
	{
		for (i = 1; i <= NF; i++) {
			if (at in kind) name[at] = kind[at] " "
			for (k in name) if ($i) name[k] = name[k] sprintf("%c", $i); else { print name[k]; delete name[k] }
			at++
		}
	}'
}

look_at_elf() {
	header=$(elf_header "$program")
	[ "$1" != 0 ] || text format elf
	# shellcheck disable=SC2086
	set -- $header
	raw elf "$1"
	case $2,$3 in
	62,*) elf_machine=amd64 ;;
	183,*) elf_machine=arm64 ;;
	40,*) elf_machine=arm ;;
	3,*) elf_machine=386 ;;
	243,*) elf_machine=riscv64 ;;
	21,1) elf_machine=ppc64le ;;
	21,*) elf_machine=ppc64 ;;
	22,*) elf_machine=s390x ;;
	258,*) elf_machine=loong64 ;;
	8,*) elf_machine=mips ;;
	*) elf_machine="ELF machine $2" ;;
	esac
	text machine "$elf_machine"
	case $4 in '' | -) return ;; esac
	loader=$(dd if="$root$program" bs=1 skip="$4" count="$5" | tr -d '\0')
	inspect "$loader"
	text loader "$loader"
	whether loaderFound [ "$type" = file ]
	[ "$type" = file ] && raw missing "$(missing_libraries "$real" | list 20)"
}

# Goes from library to library as the loader does: search paths in the files, LD_LIBRARY_PATH, the loader's cache (glibc)
# or path file (musl), its own folders. A library that is there for another machine is passed over, as the loader does.
missing_libraries() {
	folders="$(variable LD_LIBRARY_PATH | tr ':;' "$nl$nl")$nl"
	cache='' musl=''
	for file in "$root"/lib/ld-musl-*; do [ ! -e "$file" ] || musl=yes; done
	case $loader in
	*/ld-musl-*)
		path_file=${loader##*/}
		folders=$folders$(tr ':' '\n' <"$root/etc/${path_file%.so*}.path" || printf '%s\n' /lib /usr/local/lib /usr/lib)
		;;
	*)
		cache=$nl$(tr '\0' '\n' <"$root/etc/ld.so.cache" | grep '^/')$nl
		folders=$folders$(
			printf '%s\n' /lib64 /usr/lib64 /lib /usr/lib "${1%/*}"
			for file in "$root"/lib/*-linux-* "$root"/usr/lib/*-linux-*; do [ ! -d "$file" ] || printf '%s\n' "${file#"$root"}"; done
		)
		;;
	esac
	# shellcheck disable=SC2086
	set -- $header
	kind="$1 $2"
	wanted=$(elf_needs "$program" "$header")
	origin=${program%/*} seen="$nl${loader##*/}$nl" read=0 until=$(($(date +%s) + 6))
	paths='' queue=''
	while [ -n "$wanted" ] && [ $read -lt 60 ] && [ "$(date +%s)" -lt $until ]; do
		read=$((read + 1))
		# a search path holds for the libraries of those that are needed, too
		paths=$paths$(printf '%s\n' "$wanted" | sed -n "s/^path //p" | tr ':' '\n' | awk -v origin="$origin" '{ gsub(/\$ORIGIN|\$\{ORIGIN\}/, origin); print }')$nl
		case $paths in *\$*) return ;; esac
		queue=$queue$(printf '%s\n' "$wanted" | sed -n 's/^needed //p')$nl
		wanted=''
		while [ -n "$queue" ] && [ -z "$wanted" ]; do
			name=${queue%%"$nl"*}
			queue=${queue#*"$nl"}
			case $seen in *"$nl$name$nl"*) continue ;; esac
			seen=$seen$name$nl
			case $musl,$name in yes,libc.* | yes,lib[mc].* | yes,libpthread.* | yes,librt.* | yes,libdl.* | yes,libutil.* | yes,libxnet.*) continue ;; esac
			if find_library; then
				wanted=$(elf_needs "$real" "$found_header")
				origin=${real%/*}
			elif [ -n "$name" ]; then
				printf '%s\n' "$name"
			fi
		done
	done
}

# Sets real and found_header of the library $name.
find_library() {
	case $name in */*) candidates=$name ;; *)
		candidates=$(
			printf '%s\n' "$paths$folders" | while read -r folder; do [ -z "$folder" ] || printf '%s\n' "$folder/$name"; done
			printf '%s\n' "$cache" | grep -F "/$name"
		)
		;;
	esac
	while read -r candidate; do
		[ "${candidate##*/}" = "${name##*/}" ] || continue
		walk "$candidate"
		[ -f "$root$real" ] || continue
		found_header=$(elf_header "$real")
		case $found_header in "$kind "*) return 0 ;; esac
	done <<EOF
$candidates
EOF
	return 1
}

# ---- the environment: its names; a value is used and never printed

# A newline inside a value becomes \001 first, so that no part of a value can pass for a name.
environment() { tr '\n\0' '\001\n' <"/proc/$process/environ"; }
variable() { environment | awk -v name="$1=" 'index($0, name) == 1 { print substr($0, length(name) + 1); exit }'; }

look_at_env() {
	[ "$where" != beside ] || return
	fact env
	raw names "$(environment | sed -n 's/^\([^=][^=]*\)=.*/\1/p' | sort | list 500)"
	say
}

look_at_secret() {
	value=$(variable "$1")
	port=''
	case $value in
	*"$(printf '\001')"*) return ;;
	/*) look_at_file "$value" "$1" && return ;;
	*://*)
		scheme=${value%%://*} value=${value#*://}
		value=${value%%[/?#]*}
		value=${value##*@}
		value=${value%%,*}
		case $scheme in
		https) port=443 ;;
		http) port=80 ;;
		postgres*) port=5432 ;;
		mysql*) port=3306 ;;
		redis*) port=6379 ;;
		amqp) port=5672 ;;
		mongodb) port=27017 ;;
		esac
		;;
	*[!A-Za-z0-9.:-]* | *:*:* | *:*[!0-9]* | :* | *:) return ;;
	*:*) ;;
	*) return ;;
	esac
	[ -z "$value" ] || look_at_host "$value" "$1" "$port"
}

# ---- the network

# look_at_host HOST[:PORT] [VARIABLE] [PORT]
look_at_host() {
	port=$3
	case $1 in
	\[*\]:*) host=${1%\]:*} host=${host#\[} port=${1##*\]:} ;;
	\[*\]) host=${1#\[} host=${host%\]} ;;
	*:*:*) host=$1 ;;
	*:*) host=${1%:*} port=${1##*:} ;;
	*) host=$1 ;;
	esac
	case $host,$port in -* | ,* | *[!A-Za-z0-9._:%-]*,* | *,0* | *,*[!0-9]*) return ;; esac
	began=$(date +%s) result='' error=''
	addresses=$(resolve "$host")
	unresolved=''
	case $addresses in '!'*) unresolved=${addresses#?} addresses='' ;; esac
	if [ -z "$port" ]; then
		[ -z "$addresses" ] || result=resolved
	else
		# one address of each family; where none is open, a pod without the other family tells nothing by it
		for address in $(printf '%s\n' "${addresses:-$host}" | awk '{ v6 = /:/ } !seen[v6]++'); do
			before=$result before_error=$error
			connect "$address" "$port"
			case $before,$result in
			*,open) break ;;
			refused,* | timeout,*) result=$before error=$before_error ;;
			esac
		done
	fi
	# the C library may know names that the name servers do not
	case $unresolved,$result in ,* | *,open | *,refused | *,unreachable) ;; *) result=unresolved error=$unresolved ;; esac
	fact host
	if [ -n "$2" ]; then
		text variable "$2"
	else
		text host "$host"
	fi
	raw port "$port"
	[ -n "$2" ] || raw addresses "$(printf '%s' "$addresses" | list 8)"
	text result "$result"
	raw seconds $(($(date +%s) - began))
	[ -n "$2" ] || text error "$(printf '%s' "$error" | cut -c 1-200)"
	say
}

look_at_host_meanwhile() { look_at_host "$1" & }

# The addresses of a name, one a line: from the hosts file, else from the name servers through the search list, as the
# resolver of the C library does it. "!" and words where there are none, nothing where it cannot be found out.
resolve() {
	case $1 in *:*) printf '%s\n' "$1" && return ;; *[!0-9.]*) ;; *) printf '%s\n' "$1" && return ;; esac
	awk -v name="$1" '{ sub(/#.*/, ""); for (i = 2; i <= NF; i++) if (tolower($i) == tolower(name)) { print $1; next } }' "$etc/etc/hosts" |
		grep . && return
	words=''
	# shellcheck disable=SC2013
	for candidate in $(awk -v name="$1" '
		$1 == "search" || $1 == "domain" { count = 0; for (i = 2; i <= NF; i++) list[++count] = $i }
		$1 == "options" { for (i = 2; i <= NF; i++) if ($i ~ /^ndots:/) ndots = substr($i, 7) }
		END {
			if (ndots == "") ndots = 1
			if (name ~ /\.$/) { print name; exit }
			early = gsub(/\./, ".", name) >= ndots
			if (early) print name "."
			for (i = 1; i <= count; i++) if (list[i] != ".") print name "." list[i] (list[i] ~ /\.$/ ? "" : ".")
			if (!early) print name "."
		}' "$etc/etc/resolv.conf"); do
		# some name servers answer for IPv4 and keep silent for IPv6
		for kind in -type= -type=a; do
			answer=$(timeout 3 nslookup ${kind%-type=} "$candidate" 2>&1)
			code=$?
			printf '%s\n' "$answer" | awk '/^Name:/ { named = 1 } named && /^Address/ { sub(/^Address[ 0-9]*:[ \t]*/, ""); print $1 }' |
				sort -u | grep . && return
			case $code in 124 | 143) ;; *) break ;; esac
		done
		case $code in
		126 | 127) return ;;
		124 | 143) printf '!no answer from the name server within 3 s' && return ;;
		esac
		words=$(printf '%s\n' "$answer" | grep -e "can't" -e 'timed out' -e refused -e nreachable | head -n 1)
		case $words in *'timed out'* | *refused* | *nreachable*) break ;; esac
	done
	printf '!%s' "${words:-no answer}"
}

# connect ADDRESS PORT sets result, and error. nc is told to leave as soon as it is connected: with -z where it knows
# that, else by running `true` on the connection, so that nothing is sent.
connect() {
	if [ "$nc_leaves" = z ]; then
		words=$(timeout 5 nc -vv -z -w 3 "$1" "$2" 2>&1 </dev/null)
	else
		# shellcheck disable=SC2086
		words=$(timeout 5 nc -w 3 "$1" "$2" -e ${tools:+"$tools/busybox"} true 2>&1 </dev/null)
	fi
	code=$?
	case $code,$words in
	0,*) result=open error='' && return ;;
	126,* | 127,*) result='' && return ;;
	*efused*) result=refused ;;
	*nreachable* | *'o route'*) result=unreachable ;;
	*'timed out'* | *imeout* | 124,* | 143,*) result=timeout ;;
	*'ad address'* | *resolve* | *'not known'*) result=unresolved ;;
	*) result='' ;;
	esac
	error=$(printf '%s' "$words" | head -n 1)
}

know_nc() {
	nc_leaves=z
	case $(nc --help 2>&1) in *BusyBox*-z*) ;; *BusyBox*) nc_leaves=e ;; esac
}

look_at_listeners() {
	# the kernel writes an address as 32-bit words in the machine's own byte order
	case $machine in s390x | ppc64) big=1 ;; *) big=0 ;; esac
	for protocol in tcp tcp6; do
		awk -v protocol=$protocol -v big=$big '
		function hex(s,    i, v) { for (i = 1; i <= length(s); i++) v = v * 16 + index("123456789ABCDEF", substr(s, i, 1)); return v }
		NR > 1 && $4 == "0A" {
			split($2, part, ":"); out = ""
			for (word = 1; word <= length(part[1]); word += 8)
				for (i = 0; i < 4; i++) {
					octet = substr(part[1], word + (big ? 2 * i : 6 - 2 * i), 2)
					if (protocol == "tcp") out = out (out == "" ? "" : ".") hex(octet)
					else out = out (out == "" || i % 2 ? "" : ":") tolower(octet)
				}
			if (out ~ /^[0:]+$/) out = "::"
			if (out ~ /^[0:]+:0001$/) out = "::1"
			if (!seen[out, part[2]]++ && n++ < 30)
				printf "{\"fact\":\"listen\",\"protocol\":\"%s\",\"address\":\"%s\",\"port\":%d}\n", protocol, out, hex(part[2])
		}' "/proc/net/$protocol"
	done
}

look_at_dns() {
	fact dns
	line=$line$(
		{
			sed 's/[#;].*//' "$etc/etc/resolv.conf"
			sed 's/#.*//; s/^[^[:space:]]*/hosts/' "$etc/etc/hosts"
		} | awk "$json"'
		{
			key = $1 == "nameserver" ? "nameservers" : $1
			if (key == "search") count[key] = 0 # the last one holds
			for (i = 2; i <= NF; i++) if (count[key] < 50) found[key, ++count[key]] = $i
		}
		END {
			split("nameservers search options hosts", keys, " ")
			for (k = 1; k <= 4; k++) {
				key = keys[k]
				for (i = 1; i <= count[key]; i++) printf "%s%s", (i == 1 ? ",\"" key "\":[" : ","), json(found[key, i])
				if (count[key]) printf "]"
			}
		}'
	)
	say
}

# ---- limits

# value FILE [FIELD]: the number in a file of a cgroup, or after a word in it; no limit is no number
value() {
	while read -r key number _; do
		if [ -z "$2" ]; then number=$key; elif [ "$key" != "$2" ]; then continue; fi
		# version 1 says "no limit" with a number of 19 digits
		case $number in '' | *[!0-9]* | ???????????????????*) ;; *) printf '%s' "$number" ;; esac
		break
	done <"$1"
}

look_at_cgroup() {
	fact memory
	if [ -e "$cgroup/cgroup.controllers" ]; then
		raw limit "$(value "$cgroup/memory.max")"
		raw current "$(value "$cgroup/memory.current")"
		raw peak "$(value "$cgroup/memory.peak")" # since Linux 5.19
		raw oomKills "$(value "$cgroup/memory.events" oom_kill)"
		say
		fact cpu
		raw quota "$(awk '$1 + 0 && $2 { printf "%.3f", $1 / $2 }' "$cgroup/cpu.max")"
		raw periods "$(value "$cgroup/cpu.stat" nr_periods)"
		raw throttled "$(value "$cgroup/cpu.stat" nr_throttled)"
		raw throttledSeconds "$(awk '$1 == "throttled_usec" { printf "%.3f", $2 / 1000000 }' "$cgroup/cpu.stat")"
	else
		raw limit "$(value "$cgroup/memory/memory.limit_in_bytes")"
		raw current "$(value "$cgroup/memory/memory.usage_in_bytes")"
		raw peak "$(value "$cgroup/memory/memory.max_usage_in_bytes")"
		raw oomKills "$(value "$cgroup/memory/memory.oom_control" oom_kill)"
		say
		fact cpu
		period=$(value "$cgroup/cpu/cpu.cfs_period_us")
		raw quota "$(awk -v period="${period:-0}" '$1 > 0 && period { printf "%.3f", $1 / period }' "$cgroup/cpu/cpu.cfs_quota_us")"
		raw periods "$(value "$cgroup/cpu/cpu.stat" nr_periods)"
		raw throttled "$(value "$cgroup/cpu/cpu.stat" nr_throttled)"
		raw throttledSeconds "$(awk '$1 == "throttled_time" { printf "%.3f", $2 / 1000000000 }' "$cgroup/cpu/cpu.stat")"
	fi
	say
}

look_at_limits() {
	fact limits
	raw openFiles "$(awk '/^Max open files/ && $4 + 0 { print $4 }' "/proc/$process/limits")"
	raw processes "$(awk '/^Max processes/ && $3 + 0 { print $3 }' "/proc/$process/limits")"
	if [ "$where" != beside ]; then
		for folder in "$cgroup" "$cgroup/pids"; do
			raw pids "$(value "$folder/pids.max")"
			raw pidsCurrent "$(value "$folder/pids.current")"
		done
	fi
	say
}

# The processes of the target: the program and the names of its options; a value may be a secret.
look_at_processes() {
	[ "$where" = target ] || return
	ours=$(readlink /proc/$$/ns/mnt)
	count=0
	for folder in /proc/[0-9]*; do
		if [ "$(readlink "$folder/ns/mnt")" = "$ours" ] || [ $count -ge 20 ]; then continue; fi
		words=$(tr '\n\0' ' \n' <"$folder/cmdline" | awk '
			NR == 1 { sub(/ .*/, ""); printf "%s", substr($0, 1, 100) }
			NR > 1 && match($0, /^--[A-Za-z][A-Za-z0-9_-]*/) && n++ < 10 { printf " %s", substr($0, 1, RLENGTH < 40 ? RLENGTH : 40); next }
			NR > 1 && /^-[A-Za-z]/ && n++ < 10 { printf " %s", substr($0, 1, 2) }')
		[ -n "$words" ] || continue
		count=$((count + 1))
		fact process
		raw pid "${folder#/proc/}"
		raw uid "$(awk '$1 == "Uid:" { print $3 }' "$folder/status")"
		text command "$words"
		say
	done
}

# ---- the whole

look() {
	fact begin
	raw version 1
	text where "$where"
	[ "$where" != target ] || raw rootReadable "$root_readable"
	say
	look_at_user
	if [ "$where" != beside ] && [ "$root_readable" = true ]; then
		guarded 10 look_at_entrypoint
	fi
	look_at_env
	fact clock
	raw epoch "$(date +%s)"
	say
	look_at_dns
	look_at_limits
	[ "$where" = beside ] || look_at_cgroup
	look_at_listeners
	look_at_processes
	# their lines are short enough to be written at once, so that they cannot run into each other
	know_nc
	each --host look_at_host_meanwhile "$@"
	wait
	look_at_mounts
	[ "$root_readable" = false ] || each --file look_at_file "$@"
	each --secret look_at_secret "$@"
}

# Lets at most 200 lines and 64 KiB pass, and says the end: when all is seen, or when time is up.
pass_on() {
	lines=1 size=100 complete=true
	while IFS= read -r line; do
		case $line in
		done) break ;;
		late) complete=false && break ;;
		incomplete) complete=false && continue ;;
		pids*) jobs=${line#pids} && continue ;;
		\{*\}) ;;
		*) continue ;;
		esac
		if [ $lines -lt 200 ] && [ $((size + ${#line})) -lt 65536 ]; then
			lines=$((lines + 1)) size=$((size + ${#line} + 1))
			printf '%s\n' "$line"
		else
			complete=false
		fi
	done
	fact end
	raw seconds $(($(date +%s) - started))
	raw complete $complete
	say
	# shellcheck disable=SC2086
	kill $jobs
}

read_options "$@"
if [ -n "$tools" ]; then
	for applet in awk cat cut date dd find grep head nc nslookup od readlink sed sort stat timeout tr uname; do
		eval "$applet() { \"\$tools/busybox\" $applet \"\$@\"; }"
	done
	# always in the background, where it takes the place of the shell: who ends it ends the right process
	sleep() { exec "$tools/busybox" sleep "$@"; }
	timeout() {
		limit=$1
		shift
		"$tools/busybox" timeout "$limit" "$tools/busybox" "$@"
	}
fi
started=$(date +%s)
case ${machine:=$(uname -m)} in
x86_64) machine=amd64 ;;
aarch64) machine=arm64 ;;
loongarch64) machine=loong64 ;;
armv* | armhf) machine=arm ;;
i?86) machine=386 ;;
esac
process=$$
root_readable=true
if [ "$where" = target ]; then
	process=1
	root=${root:-/proc/1/root}
	[ -e "$root/." ] || root_readable=false
fi
etc=$root
[ $root_readable = true ] || etc=''
cgroup=$root/sys/fs/cgroup
stuck=''
# where nobody says it, the image does: the container's process is in it
if [ -z "$workdir" ]; then
	workdir=$(readlink "/proc/$process/cwd")
	top=$(readlink "/proc/$process/root")
	workdir=${workdir#"${top%/}"}
fi
know_user
know_mounts

# As process 1 of a container the shell has to say that it wants to end.
trap 'exit 0' TERM INT
{
	{ look "$@" && echo 'done'; } &
	looking=$!
	after "$seconds" printf '\nlate\n' &
	echo "pids $looking $!"
} | pass_on &
wait $!
if [ "$stay" != 0 ]; then
	sleep "$stay" &
	wait $!
fi
