# A signal ends `wait` early; the supervisor's own code is the job's. A supervisor that was killed leaves a guard behind,
# which says on the pipe when it has cleared up; one that was killed before it had a guard leaves nothing.
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
  pipe=$(readlink "/proc/$$/fd/3" | sed 's/[][]/\\&/g')
  for ((second = 0; second < 20; second++)); do
    read -r -t 1 word <&3 && [ "$word" = swept ] && break
    pipes=(/proc/[0-9]*/fd/3) # Before find and its like have it open as well.
    [ "$(find "${pipes[@]}" -maxdepth 0 -lname "$pipe" 2>/dev/null | wc -l)" -gt 1 ] || break
  done
fi
exit "$code"
