# The keeper of one job of the local scheduler, from submission to end; there is no daemon.
#   bash -p keep-job.sh start FOLDER      for each id on standard input a keeper, which outlives us; "ID PID START" for each
#   bash -p keep-job.sh keep FOLDER ID    such a keeper: waits for its turn, runs the script, records its end
#   bash -p keep-job.sh bury FOLDER ID    ends what a job left whose keeper was killed, and records that
# FOLDER holds the entries (core/job-entry.ts), files whose names are what is known of jobs. Others write a job's entry while
# it is pending, under a lock; from `starting` on only its keeper does. A job's own folder, FOLDER/jobs/ID, holds:
#   plan        what we need to know, as assignments      variables, turn   the job's variables, as exports
#   script      the batch script                          ear               a FIFO: what others want of us, a line each
#   batch       the batch shell's pid and start time
# Two processes watch each other, so that killing one is seen at once: the keeper, parent of the batch shell, sees its child
# end; the child, which listens and keeps the time, sees the end of file of the FIFO, whose only lasting writer is the keeper.
# bash -p runs nobody's start-up files and hands all of the user's environment on, exported functions too. All names here
# begin with _, because every other may be a variable of the user's.
_me=$0 _verb=$1 _place=$2 _job=${3:-}
_own=$_place/jobs/$_job
_ear=$_own/ear
_leaders=() _births=() _found=() _backlog=()
# Looks for lost words and dead neighbours are for the job that is first in line.
_look_every=60
# A nest's guard removes folders when its supervisor is killed; it is given this long.
_guard_wait=2000

# Since the boot, in hundredths of a second: it never jumps.
_clock() {
  local up
  read -r up _ </proc/uptime
  _now=$((10#${up/./}))
}

_start_time() {
  local line=''
  _born=''
  { IFS= read -r -d '' line <"/proc/$1/stat"; } 2>/dev/null
  # shellcheck disable=SC2086
  set -- ${line##*) }
  _born=${20:-}
}

# Sets _kind, _detail and _facts; _kind is empty where there is no entry.
_look() {
  local names=("$_place/$_job".*) rest
  _entry=${names[0]} _kind='' _detail='' _facts=''
  [ -e "$_entry" ] || return
  rest=${_entry##*/} rest=${rest#*.}
  _kind=${rest%%.*} rest=${rest#*.}
  _detail=${rest%%.*} _facts=${rest#*.}
}

# Of several that record an end the first one counts.
_become() {
  _look
  [ -n "$_kind" ] && [ "$_kind" != ended ] && mv -- "$_entry" "$_place/$_job.$1.${2:-$_detail}.$_facts"
} 2>/dev/null

_guards() {
  grep -lzsxF -- "RAYSLURM_GUARD_OF=$_mark_value" /proc/[0-9]*/environ
}

_is_guard() {
  case "$_guarding" in *"/proc/$1/environ"*) true ;; *) false ;; esac
}

# To every process of the job but guards, which see to their own end, and those named.
_signal_all() {
  local pid chosen=()
  find_ours
  _guarding=$(_guards)
  for pid in "${_found[@]}"; do
    [ "$pid" = "${2:-}" ] || _is_guard "$pid" || chosen+=("$pid")
  done
  [ "${#chosen[@]}" -gt 0 ] && kill "-$1" "${chosen[@]}" 2>/dev/null
}

# Ends all that is left of the job: looks again until two looks find nothing.
_sweep() {
  local quiet=0 round deadline
  _clock
  deadline=$((_now + _guard_wait))
  for ((round = 0; round < 600; round++)); do
    _signal_all KILL && quiet=0
    _clock
    [ -n "$_guarding" ] && [ "$_now" -ge "$deadline" ] &&
      printf '%s\n' "$_guarding" | while IFS=/ read -r _ _ pid _; do kill -KILL "$pid"; done 2>/dev/null
    if [ "${#_found[@]}" -eq 0 ] && [ -z "$_guarding" ]; then
      quiet=$((quiet + 1))
      [ "$quiet" -ge 2 ] && return
    fi
    sleep 0.05
  done
}

# HOW CODE: the job's last word. Then those who wait may have their turn.
_finish() {
  local at
  _become ending
  _sweep
  printf -v at '%(%s)T' -1
  _become ended "$1-$2-$at"
  rm -rf -- "$_own"
  _let_others
}

_let_others() {
  compgen -G "$_place/*.pending.*" >/dev/null || return
  NODE_OPTIONS='' RAYSLURM_LOCAL_STATE=$_state RAYSLURM_LOCAL_CPUS=$_machine_cpus \
    "${_self[@]}" local turn </dev/null >/dev/null 2>&1 3>&-
}

_launch() {
  trap - INT QUIT
  exec 3>&-
  # shellcheck source=/dev/null
  . "$_own/variables"
  # shellcheck source=/dev/null
  . "$_own/turn"
  export "${_mark?}"
  local problem=''
  cd -- "$_directory" 2>/dev/null || { problem="the folder $_directory cannot be entered; running in /tmp" && cd /tmp || exit 1; }
  if [ "$_append" = 1 ]; then exec >>"$_output"; else exec >"$_output"; fi || exit 1
  if [ "$_error" = "$_output" ]; then
    exec 2>&1
  elif [ "$_append" = 1 ]; then exec 2>>"$_error"; else exec 2>"$_error"; fi || exit 1
  exec <"$_input" || exit 1
  [ -z "$problem" ] || echo "rayslurm: $problem" >&2
  export SLURM_TASK_PID=$BASHPID
  exec setsid -- "${_program[@]}" "$_own/script" "${_words[@]}"
}

# Listens and keeps the time until the batch shell has ended.
_attend() {
  local line status due how='' code='' warn_at='' end_at='' kill_at=''
  trap : HUP TERM USR1 USR2 PIPE
  exec 5<"$_ear" 3>&-
  _clock
  if [ -n "$_limit" ]; then
    end_at=$((_now + _limit * 100))
    [ -z "$_warning" ] || warn_at=$((end_at - _warn_before * 100))
  fi
  while :; do
    if [ "${#_backlog[@]}" -gt 0 ]; then
      line=${_backlog[0]} _backlog=("${_backlog[@]:1}") status=0
    else
      _clock
      due=$((_now + 360000))
      for line in $warn_at $end_at $kill_at; do [ "$line" -lt "$due" ] && due=$line; done
      due=$((due > _now ? due - _now : 0))
      printf -v due '%d.%02d1' $((due / 100)) $((due % 100)) # Never 0, with which read would not read.
      line='' status=0
      IFS= read -r -t "$due" line <&5 || status=$?
    fi
    # End of file: the keeper has been killed. More than 128: the time is over.
    [ "$status" -ge 1 ] && [ "$status" -le 128 ] && how=NODE_FAIL && break
    case $line in
      ended\ *) code=${line#ended } && break ;;
      cancel)
        how=CANCELLED
        _clock
        [ -n "$kill_at" ] || kill_at=$((_now + _kill_wait))
        _become ending
        _signal_all TERM
        ;;
      signal\ *) kill "-${line#signal }" "$_batch" 2>/dev/null ;;
    esac
    _clock
    if [ -n "$warn_at" ] && [ "$_now" -ge "$warn_at" ]; then
      warn_at=''
      if [ "$_warn_batch" = 1 ]; then kill "-$_warning" "$_batch" 2>/dev/null; else _signal_all "$_warning" "$_batch"; fi
    fi
    if [ -n "$end_at" ] && [ "$_now" -ge "$end_at" ]; then
      end_at=''
      [ -n "$how" ] || how=TIMEOUT
      [ -n "$kill_at" ] || kill_at=$((_now + _kill_wait))
      _become ending
      _signal_all TERM
    fi
    if [ -n "$kill_at" ] && [ "$_now" -ge "$kill_at" ]; then
      kill_at=''
      _signal_all KILL
    fi
  done
  if [ -z "$how" ]; then if [ "$code" = 0 ]; then how=COMPLETED; else how=FAILED; fi; fi
  _finish "$how" "$code"
  exit 0
}

_wait_for_turn() {
  local line patience
  while :; do
    _look
    patience=$_look_every
    case $_kind in
      starting) return ;;
      pending) ;;
      '') # Not written yet; or never, if who submits us has died.
        kill -0 "$_submitter" 2>/dev/null || _leave
        patience=1
        ;;
      *) _leave ;;
    esac
    line=''
    if IFS= read -r -t "$patience" line <&3; then
      case $line in cancel | signal\ *) _backlog+=("$line") ;; esac
    elif [ -n "$_kind" ] && _is_first; then _let_others; fi
  done
}

_leave() {
  rm -rf -- "$_own"
  exit 0
}

_is_first() {
  local name
  for name in "$_place"/*.pending.*; do
    name=${name##*/} name=${name%%.*}
    [ "$name" -lt "$_job" ] 2>/dev/null && return 1
  done
  return 0
}

_keep() {
  # Not ignored, which those that we start would inherit.
  trap : HUP TERM USR1 USR2 PIPE
  # shellcheck source=/dev/null
  . "$_own/plan" && mkfifo -m 600 -- "$_ear" && exec 3<>"$_ear" || exit 1
  _start_time $$
  echo "$_job $$ $_born"
  exec </dev/null >/dev/null 2>&1
  _wait_for_turn
  _launch &
  _batch=$!
  _start_time "$_batch"
  _leaders=("$_batch") _births=("$_born")
  echo "$_batch $_born" >"$_own/batch"
  _become running
  _attend &
  _listener=$!
  local code
  # Either of the two.
  while kill -0 "$_batch" 2>/dev/null && kill -0 "$_listener" 2>/dev/null; do wait -n; done
  if ! kill -0 "$_batch" 2>/dev/null; then
    wait "$_batch"
    code=$?
    echo "ended $code" >&3
  fi
  while kill -0 "$_listener" 2>/dev/null; do wait "$_listener"; done
  wait "$_listener" || _finish NODE_FAIL ''
}

case $_verb in
  start)
    while IFS= read -r _job; do
      # A background job of bash ignores SIGINT and SIGQUIT, and so would all that it starts.
      { trap - INT QUIT && exec bash -p "$_me" keep "$_place" "$_job" </dev/null 2>/dev/null; } &
    done
    ;;
  keep) _keep ;;
  bury)
    # shellcheck source=/dev/null
    . "$_own/plan" 2>/dev/null || _self=(true)
    if read -r _batch _born <"$_own/batch"; then _leaders=("$_batch") _births=("$_born"); fi 2>/dev/null
    _finish NODE_FAIL ''
    ;;
esac
