/*
 * Runs a program with variables and files that it reads from standard input, so that they stand in no configuration:
 * also in images that have no shell. Built, without a C library, by
 *   gcc -Os -static -nostdlib -no-pie -fno-asynchronous-unwind-tables -fno-stack-protector -fcf-protection=none \
 *     -fno-builtin -Wl,-N,--build-id=none,-z,noseparate-code -o launch launch.c && strip -s -R .comment launch && \
 *     base64 -w0 launch
 *
 * The input is records that end with a zero byte: `ENAME=VALUE` for a variable, `FNAME=CONTENT` for a file
 * /run/cicd/secret.NAME whose path the variable NAME holds. An empty record ends it. Input that breaks off runs
 * nothing: it is said so, and the exit code is 97.
 */
typedef unsigned long word;

enum { READ = 0, WRITE = 1, OPEN = 2, CLOSE = 3, DUP2 = 33, EXECVE = 59, EXIT = 60, UMASK = 95 };
enum { NOT_FOUND = 2, NO_ACCESS = 13, NOT_A_FOLDER = 20 };
enum { INPUT_LOST = 97, MOST_INPUT = 8 << 20, MOST_VARIABLES = 16384 };

static char input[MOST_INPUT];
static char paths[1 << 20];
static char *variables[MOST_VARIABLES + 1];
static char candidate[8192];

static long call(long number, word a, word b, word c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

static void leave(int code) {
  for (;;) call(EXIT, code, 0, 0);
}

static word length(const char *text) {
  word count = 0;
  while (text[count]) count++;
  return count;
}

static void say(const char *text) { call(WRITE, 2, (word)text, length(text)); }

/** Where the value begins in NAME=VALUE; 0 when there is none. */
static char *value_of(char *pair) {
  while (*pair && *pair != '=') pair++;
  return *pair ? pair + 1 : 0;
}

static int same_name(const char *a, const char *b) {
  while (*a == *b && *a && *a != '=') a++, b++;
  return *a == '=' && *b == '=';
}

static word count;

/** The last of a name counts. */
static void set(char *pair) {
  for (word index = 0; index < count; index++)
    if (same_name(variables[index], pair)) {
      variables[index] = pair;
      return;
    }
  if (count == MOST_VARIABLES) leave(INPUT_LOST);
  variables[count++] = pair;
}

static word used;

static void append(const char *text, word size) {
  if (used + size >= sizeof paths) leave(INPUT_LOST);
  for (word index = 0; index < size; index++) paths[used++] = text[index];
}

/** Writes a file, and names it in a variable: `NAME=/run/cicd/secret.NAME`. */
static void keep(char *pair, char *value) {
  char *variable = paths + used;
  word name = value - pair;
  append(pair, name);
  char *path = paths + used;
  append("/run/cicd/secret.", 17);
  append(pair, name - 1);
  paths[used++] = 0;
  long file = call(OPEN, (word)path, 01 | 0100 | 0200, 0600);
  if (file < 0) {
    say("cicd: a secret file cannot be written\n");
    leave(126);
  }
  word size = length(value);
  while (size > 0) {
    long written = call(WRITE, file, (word)value, size);
    if (written <= 0) leave(126);
    value += written;
    size -= written;
  }
  call(CLOSE, file, 0, 0);
  set(variable);
}

static void read_input(void) {
  word size = 0;
  for (;;) {
    long got = call(READ, 0, (word)input + size, MOST_INPUT - 1 - size);
    if (got <= 0) break;
    size += got;
  }
  word at = 0;
  while (at < size && input[at]) {
    char *record = input + at;
    at += length(record) + 1;
    if (at > size) break;
  }
  if (at != size - 1 || size == 0) {
    say("cicd: the input broke off\n");
    leave(INPUT_LOST);
  }
  for (at = 0; input[at]; at += length(input + at) + 1) {
    char *pair = input + at + 1;
    char *value = value_of(pair);
    if (!value) leave(INPUT_LOST);
    if (input[at] == 'F') keep(pair, value);
    else set(pair);
  }
}

static long run(char *program, char **words) {
  return -call(EXECVE, (word)program, (word)words, (word)variables);
}

static const char *search_path(void) {
  for (word index = 0; index < count; index++)
    if (same_name(variables[index], "PATH=")) return value_of(variables[index]);
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

static long run_by_name(char **words) {
  char *name = words[0];
  for (char *character = name; *character; character++)
    if (*character == '/') return run(name, words);
  long trouble = NOT_FOUND;
  const char *path = search_path();
  while (*path) {
    word size = 0;
    while (*path && *path != ':') {
      if (size < sizeof candidate - 1) candidate[size++] = *path;
      path++;
    }
    if (*path) path++;
    word rest = length(name);
    if (size + rest + 2 > sizeof candidate) continue;
    candidate[size++] = '/';
    for (word index = 0; index <= rest; index++) candidate[size + index] = name[index];
    long said = run(candidate, words);
    if (said != NOT_FOUND && said != NOT_A_FOLDER) trouble = said;
  }
  return trouble;
}

__attribute__((used)) static void begin(word *stack) {
  word words = stack[0];
  char **arguments = (char **)(stack + 1);
  for (char **variable = arguments + words + 1; *variable; variable++) set(*variable);
  if (words < 2) leave(INPUT_LOST);
  call(UMASK, 077, 0, 0);
  read_input();
  call(UMASK, 002, 0, 0);
  long nothing = call(OPEN, (word) "/dev/null", 0, 0);
  if (nothing >= 0) {
    call(DUP2, nothing, 0, 0);
    if (nothing > 0) call(CLOSE, nothing, 0, 0);
  }
  long trouble = run_by_name(arguments + 1);
  say("cicd: ");
  say(arguments[1]);
  say(trouble == NOT_FOUND ? ": not found\n" : ": cannot be executed\n");
  leave(trouble == NOT_FOUND ? 127 : 126);
}

__asm__(".globl _start\n_start:\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call begin\n");
