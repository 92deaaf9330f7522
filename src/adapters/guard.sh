# The guard of a nest: a detached shell that outlives the supervisor which started it and ends what that leaves behind.
# usage: guard OWNER JOB
# It reads from a pipe whose only writer is the supervisor:
#   folder - PATH           the nest, told before it is made; of two the later one counts, and none where PATH is empty
#   leader PID START        a session whose processes are ours, by its leader's pid and start time
#   link PATH TARGET        a well-known name to remove at the end
#   info INCARNATION PATH   an information file to remove, if it is still of this incarnation
#   token - PATH            a secret to remove
#   keep - WORD             one word of the command that keeps Ray's logs, should the supervisor die
#   done                    end every process of ours, remove all of the above and the folder, say "swept" or "left PIDS"
# End of file without "done": the supervisor has died. The same is done, and descriptor 3 (the batch shell's pipe) is told.
# Ours are processes of this user that carry the owner mark of this job, or live in a leader's session, or descend from these.
_mark=RAYSLURM_OWNER=$1 _job=$2 folder=
trap '' HUP INT TERM USR1 USR2
_leaders=() _births=() _found=() links=() targets=() infos=() incarnations=() tokens=() keeper=()

sweep() {
  local round quiet=0
  for ((round = 0; round < 100; round++)); do
    find_ours
    if [ "${#_found[@]}" -eq 0 ]; then
      quiet=$((quiet + 1))
      [ "$quiet" -ge 2 ] && return
    else
      quiet=0
      kill -KILL "${_found[@]}" 2>/dev/null
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
  # Nobody else can any more: the folder goes with what is in it.
  [ "$1" = killed ] && [ "${#keeper[@]}" -gt 0 ] && timeout -k 1 10 "${keeper[@]}"
  [ -z "$folder" ] || rm -rf -- "$folder"
  if [ "${#_found[@]}" -eq 0 ]; then echo swept; else echo "left ${_found[*]}"; fi
}

while IFS=' ' read -r word first second; do
  case $word in
    folder) folder=$second ;;
    leader) _leaders+=("$first") _births+=("$second") ;;
    link) links+=("$first") targets+=("$second") ;;
    info) incarnations+=("$first") infos+=("$second") ;;
    token) tokens+=("$second") ;;
    keep) keeper+=("$second") ;;
    done)
      clear_up in-order
      exit 0
      ;;
  esac
done
# Nobody reads our standard output any more.
clear_up killed >/dev/null 2>&1
echo swept >&3
