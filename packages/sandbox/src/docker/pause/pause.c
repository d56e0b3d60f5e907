/*
 * Waits for ever: it keeps a network namespace open for the containers that join it. Built, without a C library, by
 *   gcc -Os -static -nostdlib -no-pie -fno-asynchronous-unwind-tables -fno-stack-protector -fcf-protection=none \
 *     -Wl,-N,--build-id=none,-z,noseparate-code -o pause pause.c && strip -s -R .comment pause && base64 -w0 pause
 */
static long call(long number) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number) : "rcx", "r11", "memory");
  return result;
}

void _start(void) {
  for (;;) call(34); /* pause(2) */
}
