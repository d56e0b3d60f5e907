/** The commands, each with its options. */
export type CompletionWords = readonly {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly flag: string; readonly description: string }[];
}[];

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const flags = (command: CompletionWords[number]) => command.options.map(({ flag }) => flag).join(' ');

const bash = (commands: CompletionWords): string => `_cicd() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[1]}" in
${commands.map((command) => `    ${command.name}) words=${quoted(flags(command))} ;;`).join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(' '))} -- "$word"))
  elif [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _cicd cicd
`;

const zsh = (commands: CompletionWords): string => `#compdef cicd
_cicd() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, description }) => quoted(`${name}:${description}`)).join(' ')})
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands
  .map(
    (command) =>
      `    ${command.name}) _arguments ${command.options.map(({ flag, description }) => quoted(`${flag}[${description.replaceAll(/[[\]:]/g, ' ')}]`)).join(' ')} '*:file:_files' ;;`,
  )
  .join('\n')}
  esac
}
compdef _cicd cicd
`;

const fish = (commands: CompletionWords): string =>
  commands
    .flatMap(({ name, description, options }) => [
      `complete -c cicd -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
      ...options.map(
        (option) =>
          `complete -c cicd -n '__fish_seen_subcommand_from ${name}' -l ${option.flag.slice(2)} -d ${quoted(option.description)}`,
      ),
    ])
    .join('\n')
    .concat('\n');

/** One generator for each shell. */
export const completionScripts = { bash, zsh, fish };
