# bash stays the batch shell. It is the ear: Slurm's signals go to the supervisor as words over a pipe that is open before
# the supervisor exists, so none is lost and SIGUSR1 never reaches node (which would open its debugger to the whole node).
exec 3<> <(:)
trap 'echo USR1 >&3' USR1
trap 'echo USR2 >&3' USR2
trap 'echo TERM >&3' TERM
trap 'echo INT >&3' INT
trap 'echo HUP >&3' HUP
