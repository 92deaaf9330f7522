# Ray opens many files; the soft limit of a login shell is often 1024.
open_files=$(ulimit -Hn)
{ [ "$open_files" = unlimited ] || [ "$open_files" -gt 65536 ]; } && open_files=65536
[ "$(ulimit -Sn)" = unlimited ] || [ "$(ulimit -Sn)" -ge "$open_files" ] || ulimit -Sn "$open_files"

# The environment Ray comes from, chosen when the job was submitted.
environment_kind=@@ENVIRONMENT_KIND@@
environment=(@@ENVIRONMENT@@)
case $environment_kind in
  path)
    # Also where the job's own PATH is another, as with --export=NONE.
    [ -z "${environment[0]:-}" ] || PATH=${environment[0]}:$PATH
    ;;
  setup)
    # shellcheck disable=SC1090
    source "${environment[0]}" || echo "WARNING: ${environment[0]} ended with code $?" >&2
    ;;
  module)
    type module >/dev/null 2>&1 || for init in /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh; do
      # shellcheck disable=SC1090
      [ -r "$init" ] && source "$init"
    done
    module load "${environment[@]}" || environment_failed=$?
    ;;
  venv)
    # shellcheck disable=SC1091
    source "${environment[0]}/bin/activate" || environment_failed=$?
    ;;
  conda)
    # shellcheck disable=SC1091
    if [ -r "${environment[1]:-}/etc/profile.d/conda.sh" ]; then
      source "${environment[1]}/etc/profile.d/conda.sh" && conda activate "${environment[0]}" || environment_failed=$?
    elif [[ ${environment[0]} = /* ]] && [ -d "${environment[0]}/bin" ]; then
      PATH=${environment[0]}/bin:$PATH
    else
      conda activate "${environment[0]}" || environment_failed=$?
    fi
    ;;
esac
if [ -n "${environment_failed:-}" ]; then
  echo "ERROR: The environment could not be set up (code $environment_failed):" "$environment_kind" "${environment[@]}" >&2
  exit 1
fi
