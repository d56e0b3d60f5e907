/**
 * What stands between us and the command: a shell that leads the process group, says who it is, runs the command,
 * writes down its exit code, and ends whatever the command left running. It outlives us, so that a later life of the
 * instance finds everything in files.
 *
 * `$1` is the folder of the process, the rest the command. A handler for the signals (rather than ignoring them)
 * keeps the wrapper alive while the command, whose handlers are reset by exec, gets them as they are. File
 * descriptor 3 tells that the identity is written.
 */
export const wrapper = `
folder=$1
shift
{
  echo $$
  if [ -r /proc/$$/stat ]; then cat /proc/$$/stat; else ps -o lstart= -p $$; fi
} > "$folder/identity.new"
mv "$folder/identity.new" "$folder/identity"
echo ready >&3
exec 3>&-
trap : TERM INT HUP
"$@"
code=$?
echo $code > "$folder/exit.new"
mv "$folder/exit.new" "$folder/exit"
kill -9 0
`;
