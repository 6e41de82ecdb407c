/** Completion for shells, of the same rows that `--help` is made of: commands, options, and the values that can be told. */
import { type OptionRow, parse, UsageError } from './command-line.ts';
import { type CommandManual, type ProgramManual, sectionsOf } from './manual.ts';
import { oneOf } from './values.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** What a program's command `completion` tells of itself. @param name of the program */
export function completionManual(name: string): CommandManual {
  return {
    usage: [`${name} completion bash|zsh|fish`],
    summary: 'prints a script by which a shell completes the command line',
    about: [
      'Prints a script for bash, zsh or fish that completes commands, options, and values as far as they can be told.',
    ],
    options: { Options: {} },
    examples: [
      [`source <(${name} completion bash)`, 'in ~/.bashrc'],
      [`${name} completion zsh > ~/.zfunc/_${name}`, 'once, for zsh, where ~/.zfunc is in $fpath'],
      [`${name} completion fish > ~/.config/fish/completions/${name}.fish`, 'once, for fish'],
    ],
    operands: shells,
  };
}

/** What that command prints. @throws UsageError */
export function completionFor(program: ProgramManual, args: readonly string[]): string {
  const [shell, ...more] = parse({}, args).positionals;
  if (shell === undefined || more.length > 0) throw new UsageError(`one shell is needed: ${shells.join(', ')}`);
  return completion(program, oneOf('the shell', shell, shells));
}

/** A script that the shell reads. */
function completion(program: ProgramManual, shell: Shell): string {
  return { bash, zsh, fish }[shell](program);
}

/** How a value is completed. */
type Values = 'none' | 'file' | 'directory' | { readonly words: readonly string[]; readonly isList: boolean };

interface Option {
  readonly name: string;
  readonly row: OptionRow;
  readonly values: Values;
}

/** All that a command takes. */
function optionsOf(command: CommandManual): readonly Option[] {
  const rows = Object.values(sectionsOf(command)).flatMap(section => Object.entries(section));
  return rows.map(([name, row]) => ({ name, row, values: valuesOf(row) }));
}

function valuesOf({ value, choices, list }: OptionRow): Values {
  // A file may have any name; words are offered with them where there are both.
  if (value?.includes('FILE') === true) return 'file';
  if (value === 'DIR') return 'directory';
  return choices === undefined ? 'none' : { words: choices, isList: list === true };
}

function named({ commands }: ProgramManual): readonly string[] {
  return Object.keys(commands).filter(name => name !== '');
}

function identifier({ name }: ProgramManual): string {
  return `_${name.replace(/[^a-z0-9]/g, '_')}`;
}

/** In single quotes of a shell. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

function bash(program: ProgramManual): string {
  const me = identifier(program);
  const commands = Object.entries(program.commands);
  const options = commands.map(([name, command]) => {
    const flags = optionsOf(command).flatMap(({ name: long, row: { short } }) => [
      ...(short === undefined ? [] : [`-${short}`]),
      `--${long}`,
    ]);
    return `        ${quoted(name)}) words=${quoted(flags.join(' '))} ;;`;
  });
  const values = commands.flatMap(([name, command]) =>
    optionsOf(command).flatMap(({ name: long, row, values }) => {
      if (row.value === undefined) return [];
      const flags = [...(row.short === undefined ? [] : [`-${row.short}`]), `--${long}`];
      const patterns = flags.map(flag => quoted(`${name} ${flag}`)).join('|');
      const kind = typeof values === 'string' ? values : values.isList ? 'list' : 'word';
      const words = typeof values === 'string' ? '' : ` words=${quoted(values.words.join(' '))}`;
      return [`        ${patterns}) kind=${row.optional ? `${kind}?` : kind}${words} ;;`];
    }),
  );
  const operands = commands.map(([name, { operands }]) => {
    const does =
      operands === undefined
        ? ':'
        : operands === 'file'
          ? 'kind=file'
          : `kind=word words=${quoted(operands.join(' '))}`;
    return `        ${quoted(name)}) ${does} ;;`;
  });
  return `# Completion of ${program.name} for bash: source it, or put it into /usr/share/bash-completion/completions.
${me}() {
    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} option= kind= words= prefix= command=${quoted(program.defaultCommand)}
    local word line
    for word in ${named(program).join(' ')}; do
        if [[ $COMP_CWORD -gt 1 && \${COMP_WORDS[1]} == "$word" ]]; then command=$word; fi
    done
    # "=" is a word of its own.
    if [[ $cur == = ]]; then cur= option=$prev kind==
    elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then option=\${COMP_WORDS[COMP_CWORD-2]} kind==
    elif [[ $prev == -* ]]; then option=$prev
    fi
    local sign=$kind
    kind=
    case "$command $option" in
${values.join('\n')}
    esac
    # A value that may be left out stands behind "=" alone.
    if [[ $kind == *\\? ]]; then if [[ -n $sign ]]; then kind=\${kind%\\?}; else kind=; fi; fi
    if [[ -z $kind && -z $sign ]]; then
        if [[ $cur == -* ]]; then
            kind=word
            case $command in
${options.join('\n')}
            esac
        else
            case $command in
${operands.join('\n')}
            esac
            if [[ $COMP_CWORD -eq 1 ]]; then COMPREPLY=($(compgen -W ${quoted(named(program).join(' '))} -- "$cur")); fi
        fi
    fi
    case $kind in
        file|directory)
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -\${kind:0:1} -- "$cur")
            ;;
        list)
            compopt -o nospace 2>/dev/null
            if [[ $cur == *,* ]]; then prefix=\${cur%,*},; fi
            COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "\${cur##*,}"))
            ;;
        word) COMPREPLY+=($(compgen -W "$words" -- "$cur")) ;;
    esac
}
complete -F ${me} ${program.name}
`;
}

function zsh(program: ProgramManual): string {
  const me = identifier(program);
  const cases = Object.entries(program.commands).map(([name, command]) => {
    const specs = optionsOf(command).map(zshSpec);
    const { operands } = command;
    const last =
      operands === undefined ? [] : [quoted(operands === 'file' ? '*:file:_files' : `*:word:(${operands.join(' ')})`)];
    return `    ${quoted(name)})\n      _arguments ${['-S', ...specs, ...last].join(' \\\n        ')}\n      ;;`;
  });
  const summaries = Object.entries(program.commands).flatMap(([name, { summary }]) =>
    name === '' ? [] : [quoted(`${name}:${summary.replace(/:/g, '\\:')}`)],
  );
  return `#compdef ${program.name}
# Completion of ${program.name} for zsh: a file called _${program.name} in a folder of $fpath.
${me}() {
  local command=${quoted(program.defaultCommand)}
  local -a commands=(${summaries.join(' ')})
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then _describe command commands; fi
  if (( CURRENT > 2 )); then
    case $words[2] in
      ${named(program).join('|')})
        command=$words[2]
        words=($words[1] "\${(@)words[3,-1]}")
        (( CURRENT-- ))
        ;;
    esac
  fi
  case $command in
${cases.join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then ${me} "$@"; else compdef ${me} ${program.name}; fi
`;
}

function zshSpec({ name, row, values }: Option): string {
  const { short, value, many, optional } = row;
  const help = brief(row.help).replace(/[[\]:\\]/g, '\\$&');
  const action =
    typeof values !== 'string'
      ? values.isList
        ? `_values -s , ${value} ${values.words.join(' ')}`
        : `(${values.words.join(' ')})`
      : { file: '_files', directory: '_files -/', none: ' ' }[values];
  const argument = value === undefined ? '' : `${optional ? '::' : ':'}${value.replace(/:/g, '\\:')}:${action}`;
  const long = `--${name}${value === undefined ? '' : optional ? '=-' : '='}`;
  const spec = (flag: string): string => `${many ? '*' : ''}${flag}[${help}]${argument}`;
  const shortFlag = value === undefined ? `-${short}` : `-${short}+`;
  return [...(short === undefined ? [] : [spec(shortFlag)]), spec(long)].map(quoted).join(' ');
}

function fish(program: ProgramManual): string {
  const { name: me, defaultCommand } = program;
  const which = `_${identifier(program)}_command`;
  const lines = Object.entries(program.commands).flatMap(([name, command]) => {
    const when = `-n ${quoted(`test (${which}) = ${name === '' ? "''" : name}`)}`;
    const { operands } = command;
    const rest =
      operands === undefined
        ? []
        : [`complete -c ${me} ${when} ${operands === 'file' ? '-F' : `-a ${quoted(operands.join(' '))}`}`];
    return [...optionsOf(command).map(option => `complete -c ${me} ${when} ${fishOption(option)}`), ...rest];
  });
  const first = Object.entries(program.commands).flatMap(([name, { summary }]) =>
    name === ''
      ? []
      : [`complete -c ${me} -n 'test (count (commandline -opc)) -eq 1' -a ${name} -d ${quoted(summary)}`],
  );
  return `# Completion of ${me} for fish: a file called ${me}.fish in ~/.config/fish/completions.
function ${which}
    set -l words (commandline -opc)
    if set -q words[2]; and contains -- $words[2] ${named(program).join(' ')}
        echo $words[2]
    else
        echo ${defaultCommand === '' ? "''" : defaultCommand}
    end
end
complete -c ${me} -f
${[...first, ...lines].join('\n')}
`;
}

function fishOption({ name, row, values }: Option): string {
  const flags = `${row.short === undefined ? '' : `-s ${row.short} `}-l ${name} -d ${quoted(brief(row.help))}`;
  if (row.value === undefined || row.optional) return flags;
  if (values === 'file') return `${flags} -r -F`;
  if (values === 'directory') return `${flags} -x -a '(__fish_complete_directories)'`;
  if (values === 'none') return `${flags} -x`;
  const words = values.words.join(' ');
  return `${flags} -x -a ${quoted(values.isList ? `(__fish_append , ${words})` : words)}`;
}

/** The first part of a sentence, for one line. */
function brief(help: string): string {
  const [sentence = ''] = help.split(/(?:[.;]|, such as|: )(?:\s|$)/);
  return sentence.length > 60 ? `${sentence.slice(0, 59)}…` : sentence;
}
