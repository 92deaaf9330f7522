# A signal ends `wait` early; the supervisor's own code is the job's. A supervisor that was killed leaves a guard behind,
# which holds the pipe as we do, and says on it when it has cleared up; one that was killed before it had a guard leaves nothing.
supervisor=$!
code=127
while kill -0 "$supervisor" 2>/dev/null; do
  wait "$supervisor"
  code=$?
done
wait "$supervisor" 2>/dev/null
last=$?
[ "$last" -ne 127 ] && code=$last
if [ "$code" -eq 137 ]; then
  for ((second = 0; second < 20; second++)); do
    read -r -t 1 word <&3 && [ "$word" = swept ] && break
    guard=''
    for pipe in /proc/[0-9]*/fd/3; do
      [ "$pipe" != "/proc/$$/fd/3" ] && [ "$pipe" -ef "/proc/$$/fd/3" ] && guard=$pipe
    done
    [ -n "$guard" ] || break
  done
fi
exit "$code"
