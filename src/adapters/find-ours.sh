# Which processes are ours: those of this user that carry a mark in their environment together with our job's id, or live
# in the session of a leader of ours, or descend from these. Included by the guard of a nest and by the keeper of a job.
# Reads _mark (NAME=VALUE), _job, and _leaders with _births, their start times; leaves the pids in _found.
# All names here begin with _, because every other may be a variable of the user's.
find_ours() {
  local stat line pid more marked=' ' sessions=' ' path i
  local -A parent=() ours=()
  _found=()
  # A leader's pid may have come back as another session's: then its start time is another.
  for i in "${!_leaders[@]}"; do
    line=''
    { IFS= read -r -d '' line <"/proc/${_leaders[$i]}/stat"; } 2>/dev/null
    # shellcheck disable=SC2086
    set -- ${line##*) }
    [ -n "$line" ] && [ "${20}" != "${_births[$i]}" ] || sessions+="${_leaders[$i]} "
  done
  while IFS= read -r path; do
    path=${path#/proc/}
    marked+="${path%/environ} "
  done < <(grep -lzsxF -- "$_mark" /proc/[0-9]*/environ |
    xargs -r grep -lzsxF -- "SLURM_JOB_ID=$_job")
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
  _found=("${!ours[@]}")
}
