/**
 * A command that looks whether something listens on a port, with nothing but the shell of the image. State 0A is LISTEN;
 * addresses are hexadecimal, each word in the order of the machine's bytes. What listens on the loopback alone serves
 * nobody else. https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt
 */
export const portCheck = (port: number): readonly string[] => [
  'sh',
  '-c',
  [
    'for file in /proc/net/tcp /proc/net/tcp6; do',
    '[ -r "$file" ] || continue;',
    'while read -r _ local _ state _; do',
    'case $state:$local in',
    `0A:0100007F:*|0A:${'0'.repeat(24)}01000000:*) ;;`,
    '0A:*:"$1") exit 0 ;;',
    'esac; done <"$file"; done; exit 1',
  ].join(' '),
  'sh',
  port.toString(16).toUpperCase().padStart(4, '0'),
];
