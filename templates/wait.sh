# A signal ends `wait` early; the supervisor's own code is the job's. A supervisor that was killed leaves a guard behind,
# which says on the pipe when it has cleared up.
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
  while read -r -t 20 word <&3 && [ "$word" != swept ]; do :; done
fi
exit "$code"
