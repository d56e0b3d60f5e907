# Each query of tests/ must answer with one row that is true. Writes a JUnit report to the file that $1 names.
mkdir -p "$(dirname "$1")"
failed=0
{
  echo '<testsuite name="sql">'
  for file in tests/*.sql; do
    name=$(basename "$file" .sql)
    answer=$(psql "$DATABASE_URL" --tuples-only --no-align --file "$file")
    if [ "$answer" = t ]; then
      echo "<testcase name=\"$name\"/>"
    else
      failed=1
      echo "<testcase name=\"$name\"><failure message=\"it answered ${answer:-nothing}\"/></testcase>"
    fi
  done
  echo '</testsuite>'
} > "$1"
exit "$failed"
