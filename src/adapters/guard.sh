# The guard of a nest: a detached shell that outlives the supervisor which started it and ends what that leaves behind.
# usage: guard OWNER JOB FOLDER
# It reads from a pipe whose only writer is the supervisor:
#   leader PID START        a session whose processes are ours, by its leader's pid and start time
#   link PATH TARGET        a well-known name to remove at the end
#   info INCARNATION PATH   an information file to remove, if it is still of this incarnation
#   token - PATH            a secret to remove
#   done                    end every process of ours, remove all of the above and the folder, say "swept" or "left PIDS"
# End of file without "done": the supervisor has died. The same is done, and descriptor 3 (the batch shell's pipe) is told.
# Ours are processes of this user that carry the owner mark of this job, or live in a leader's session, or descend from these.
owner=$1 job=$2 folder=$3
trap '' HUP INT TERM USR1 USR2
leaders=() births=() links=() targets=() infos=() incarnations=() tokens=() found=()

find_ours() {
  local stat line pid more marked=' ' sessions=' ' path i
  local -A parent=() ours=()
  found=()
  # A leader's pid may have come back as another session's: then its start time is another.
  for i in "${!leaders[@]}"; do
    line=''
    { IFS= read -r -d '' line <"/proc/${leaders[$i]}/stat"; } 2>/dev/null
    # shellcheck disable=SC2086
    set -- ${line##*) }
    [ -n "$line" ] && [ "${20}" != "${births[$i]}" ] || sessions+="${leaders[$i]} "
  done
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
    case $sessions in *" $4 "*) ours[$pid]=1 ;; esac
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
      [ "$quiet" -ge 2 ] && return
    else
      quiet=0
      kill -KILL "${found[@]}" 2>/dev/null
    fi
    sleep 0.05
  done
}

# What is said comes last: whoever hears it may end the job, and the guard with it.
clear_up() {
  local i
  [ "${#tokens[@]}" -gt 0 ] && rm -f -- "${tokens[@]}"
  sweep
  for i in "${!links[@]}"; do
    [ "$(readlink "${links[$i]}")" = "${targets[$i]}" ] && rm -f -- "${links[$i]}"
  done
  for i in "${!infos[@]}"; do
    # Only a file of ours: somebody's FIFO in its place would hold us for ever.
    [ -f "${infos[$i]}" ] && [ -O "${infos[$i]}" ] && [ ! -L "${infos[$i]}" ] &&
      timeout 5 grep -sqxF "INCARNATION=${incarnations[$i]}" "${infos[$i]}" && rm -f -- "${infos[$i]}"
  done
  rm -rf -- "$folder"
  if [ "${#found[@]}" -eq 0 ]; then echo swept; else echo "left ${found[*]}"; fi
}

while IFS=' ' read -r word first second; do
  case $word in
    leader) leaders+=("$first") births+=("$second") ;;
    link) links+=("$first") targets+=("$second") ;;
    info) incarnations+=("$first") infos+=("$second") ;;
    token) tokens+=("$second") ;;
    done)
      clear_up
      exit 0
      ;;
  esac
done
# Nobody reads our standard output any more.
clear_up >/dev/null 2>&1
echo swept >&3
