# The guard of a nest: a detached shell that outlives the supervisor which started it and ends what that leaves behind.
# usage: guard OWNER JOB FOLDER
# It reads from a pipe whose only writer is the supervisor:
#   leader PID              a session whose processes are ours
#   link PATH TARGET        a well-known name to remove at the end
#   info INCARNATION PATH   an information file to remove, if it is still of this incarnation
#   token PATH              a secret to remove
#   sweep                   end every process of ours, say "swept" or "left PIDS"
#   done                    sweep, remove all of the above and the folder, say the same
# End of file without "done": the supervisor has died. The same is done, and descriptor 3 (the batch shell's pipe) is told.
# Ours are processes of this user that carry the owner mark of this job, or live in a leader's session, or descend from these.
owner=$1 job=$2 folder=$3
trap '' HUP INT TERM USR1 USR2
leaders=' ' links=() targets=() infos=() incarnations=() tokens=() found=()

find_ours() {
  local stat line pid more marked=' ' path
  local -A parent=() ours=()
  found=()
  while IFS= read -r path; do
    path=${path#/proc/}
    marked+="${path%/environ} "
  done < <(grep -lzsxF -- "RAYSLURM_OWNER=$owner" /proc/[0-9]*/environ |
    xargs -r grep -lzsxF -- "SLURM_JOB_ID=$job")
  for stat in /proc/[0-9]*/stat; do
    [ -O "$stat" ] || continue
    line=''
    { IFS= read -r -d '' line <"$stat"; } 2>/dev/null
    pid=${stat#/proc/} pid=${pid%/stat}
    # After the command, which may hold anything: state, parent, group, session.
    # shellcheck disable=SC2086
    set -- ${line##*) }
    case ${1:-X} in Z | X) continue ;; esac
    parent[$pid]=$2
    case $leaders in *" $4 "*) ours[$pid]=1 ;; esac
    case $marked in *" $pid "*) ours[$pid]=1 ;; esac
  done
  more=1
  while [ "$more" = 1 ]; do
    more=0
    for pid in "${!parent[@]}"; do
      if [ -z "${ours[$pid]:-}" ] && [ -n "${ours[${parent[$pid]}]:-}" ]; then ours[$pid]=1 more=1; fi
    done
  done
  found=("${!ours[@]}")
}

sweep() {
  local round quiet=0
  for ((round = 0; round < 100; round++)); do
    find_ours
    if [ "${#found[@]}" -eq 0 ]; then
      quiet=$((quiet + 1))
      [ "$quiet" -ge 2 ] && { echo swept; return; }
    else
      quiet=0
      kill -KILL "${found[@]}" 2>/dev/null
    fi
    sleep 0.05
  done
  echo "left ${found[*]}"
}

clear_up() {
  local i
  sweep
  for i in "${!links[@]}"; do
    [ -O "${links[$i]}" ] && [ "$(readlink "${links[$i]}")" = "${targets[$i]}" ] && rm -f -- "${links[$i]}"
  done
  for i in "${!infos[@]}"; do
    grep -sqxF "INCARNATION=${incarnations[$i]}" "${infos[$i]}" && rm -f -- "${infos[$i]}"
  done
  [ "${#tokens[@]}" -gt 0 ] && rm -f -- "${tokens[@]}"
  rm -rf -- "$folder"
}

while IFS=' ' read -r word first second; do
  case $word in
    leader) leaders+="$first " ;;
    link) links+=("$first") targets+=("$second") ;;
    info) incarnations+=("$first") infos+=("$second") ;;
    token) tokens+=("$first${second:+ $second}") ;;
    sweep) sweep ;;
    done)
      clear_up
      exit 0
      ;;
  esac
done
# Nobody reads our standard output any more.
clear_up >/dev/null 2>&1
echo swept >&3
