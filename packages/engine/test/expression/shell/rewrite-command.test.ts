import { describe, expect, it } from '@jest/globals';
import { rewriteCommand } from '../../../src/expression/index.ts';

const rewritten = (text: string) => rewriteCommand(text, 1).text;
const codes = (text: string) => rewriteCommand(text, 1).problems.map((problem) => problem.code);

describe('rewriteCommand', () => {
  it.each([
    ['echo {{ x }}', 'echo "$CICD_V1"'],
    ['echo a{{ x }}b', 'echo a"$CICD_V1"b'],
    ['echo "a {{ x }}b"', 'echo "a ${CICD_V1}b"'],
    ['echo {{ x }} {{ y }} "{{x}}"', 'echo "$CICD_V1" "$CICD_V2" "${CICD_V1}"'],
    ['echo "$(cat {{ x }})"', 'echo "$(cat "$CICD_V1")"'],
    ['echo "$(echo "{{ x }}" \')\')" {{ y }}', 'echo "$(echo "${CICD_V1}" \')\')" "$CICD_V2"'],
    ['FOO={{ x }} make', 'FOO="$CICD_V1" make'],
    ["echo 'a'\\''b' {{ x }}", "echo 'a'\\''b' \"$CICD_V1\""],
    ['echo \\" {{ x }}', 'echo \\" "$CICD_V1"'],
    ['cat > {{ x }} 2>&1', 'cat > "$CICD_V1" 2>&1'],
    [
      'cat <<EOF\na "{{ x }}" $(echo {{ y }})\nEOF\necho {{ x }}',
      'cat <<EOF\na "${CICD_V1}" $(echo "$CICD_V2")\nEOF\necho "$CICD_V1"',
    ],
    ['cat <<-EOF\n\t{{ x }}\n\tEOF\necho {{ x }}', 'cat <<-EOF\n\t${CICD_V1}\n\tEOF\necho "$CICD_V1"'],
    [
      "cat <<A <<'B'; echo {{ x }}\n{{ x }}\nA\n'\nB\necho {{ x }}",
      'cat <<A <<\'B\'; echo "$CICD_V1"\n${CICD_V1}\nA\n\'\nB\necho "$CICD_V1"',
    ],
    ['echo ${HOME:-{{ x }}} "${A:+{{ x }}}"', 'echo ${HOME:-"$CICD_V1"} "${A:+${CICD_V1}}"'],
    ['echo $((1 + 2)) {{ x }}', 'echo $((1 + 2)) "$CICD_V1"'],
    ["echo a#b {{ x }} # it's over", 'echo a#b "$CICD_V1" # it\'s over'],
    ['case {{ x }} in a) echo ok;; esac', 'case "$CICD_V1" in a) echo ok;; esac'],
    ['(cd {{ x }} && ls)', '(cd "$CICD_V1" && ls)'],
    ['echo $$ $# $? {{ x }}', 'echo $$ $# $? "$CICD_V1"'],
    ['echo a \\\n  {{ x }}', 'echo a \\\n  "$CICD_V1"'],
    ['echo `date` {{ x }}', 'echo `date` "$CICD_V1"'],
    ["docker ps --format '\\{{.Names}}'", "docker ps --format '{{.Names}}'"],
    ["docker ps --format '{{ '{{' }}.Names}}'", "docker ps --format '{{.Names}}'"],
    ['[ {{ x }} = 1 ] && [[ {{ x }} == a || b ]]', '[ "$CICD_V1" = 1 ] && [[ "$CICD_V1" == a || b ]]'],
    ["sh -c 'echo $1' sh {{ x }}", 'sh -c \'echo $1\' sh "$CICD_V1"'],
  ])('%s', (text, expected) => {
    expect(rewriteCommand(text, 1)).toMatchObject({ text: expected, problems: [] });
  });

  it('numbers from the given index and keeps the template of each variable', () => {
    expect(rewriteCommand('echo {{x}} {{ y }}', 7).variables).toEqual({ CICD_V7: '{{ x }}', CICD_V8: '{{ y }}' });
  });

  it.each([
    ["echo '{{ x }}'"],
    ["cat <<'EOF'\n{{ x }}\nEOF"],
    ['cat <<\\EOF\n{{ x }}\nEOF'],
    ['cat <<{{ x }}\na\n'],
    ['echo a # {{ x }}'],
    ['echo $(( {{ x }} + 1 ))'],
    ['echo "$(( $(echo {{ x }}) + 1 ))"'],
    ['echo `echo {{ x }}`'],
    ['echo "`echo {{ x }}`"'],
    ['echo ${{ x }}'],
    ['echo "${{ x }}"'],
    ['echo ${A:{{ x }}}'],
    ['echo ${A[{{ x }}]}'],
    ['echo ${A#{{ x }}}'],
    ['A[{{ x }}]=1'],
    ['A["{{ x }}"]=1'],
    ["echo $'{{ x }}'"],
    ['echo $"{{ x }}"'],
    ["echo $'it\\'s' {{ x }}"],
    ['((1)); echo {{ x }}'],
    ['echo $[1] {{ x }}'],
    ['echo $(case a in a) echo b;; esac) {{ x }}'],
    ['echo $((echo a) | cat) {{ x }}'],
    ['cat <<$A\n{{ x }}\n$A'],
    ['echo "${A#\'"}{{ x }}"'],
    ['cat <<EOF "\n{{ x }}"\nEOF'],
  ])('refuses the place: %s', (text) => {
    expect(codes(text)).toContain('expression.command_place');
  });

  it.each([
    ['eval {{ x }}'],
    ['eval "echo {{ x }}"'],
    ['if true; then eval "a $(echo {{ x }})"; fi'],
    ['A=1 bash -c "echo {{ x }}"'],
    ['docker exec web sh -ec "echo {{ x }}"'],
    ['trap "rm {{ x }}" EXIT'],
    ['ssh host {{ x }}'],
    ['bash <<EOF\necho {{ x }}\nEOF'],
    ['bash <<< {{ x }}'],
    ['>log eval {{ x }}'],
  ])('warns where another shell evaluates the value: %s', (text) => {
    const { problems } = rewriteCommand(text, 1);
    expect(problems).toMatchObject([{ code: 'expression.command_evaluated', severity: 'warning' }]);
  });

  it.each([
    ['let a={{ x }}'],
    ['[[ 1 -eq {{ x }} ]]'],
    ['declare -i a={{ x }}'],
    ['printf -v {{ x }} a'],
    ['[[ a && {{ x }} -lt 2 ]]'],
    ['unset {{ x }}'],
  ])('refuses where bash computes with the value: %s', (text) => {
    expect(rewriteCommand(text, 1).problems).toMatchObject([
      { code: 'expression.command_evaluated', severity: 'error' },
    ]);
  });

  it.each([
    ["echo '"],
    ['echo "a'],
    ['echo $(a'],
    ['cat <<EOF\na'],
    ['cat <<EOF'],
    ['echo \\'],
    ['echo `a'],
    ['echo ${A'],
    ['echo $((1'],
  ])('refuses a command that is not complete: %s', (text) => {
    expect(codes(text)).toEqual(['expression.command_unterminated']);
  });

  it('says both ways to write braces that another program reads', () => {
    const [problem] = rewriteCommand("docker ps --format '{{.Names}}'", 1).problems;
    expect(problem).toMatchObject({ code: 'expression.command_place', offset: 20, length: 10 });
    expect(problem?.hint).toContain("`\\{{` or `{{ '{{' }}`");
  });

  it('leaves a command without templates as it is', () => {
    const text = 'for f in *.txt; do\n  cp "$f" "${f%.txt}" # it\'s\ndone <<< "a"';
    expect(rewriteCommand(text, 1)).toEqual({ text, variables: {}, problems: [] });
  });

  it('gives up on endless nesting instead of overflowing', () => {
    expect(codes(`${'$('.repeat(50_000)}{{ x }}`)).toEqual(['expression.command_place']);
    expect(codes(`${'"${A:-'.repeat(50_000)}{{ x }}`)).toEqual(['expression.command_place']);
  });

  it('keeps the text of a command whose place is refused', () => {
    expect(rewritten("echo '{{ x }}'")).toBe("echo '${CICD_V1}'");
  });
});
