/* Signals while a line is edited, and SIGINT while a command runs. libedit's own handling
 * (EL_SIGNAL) is never used: it signals the whole process group. */
#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int ending[] = {SIGTERM, SIGHUP,  SIGQUIT, SIGSEGV, SIGBUS,
                             SIGILL,  SIGTRAP, SIGABRT, SIGFPE};
static const int waking[] = {SIGINT, SIGWINCH, SIGCONT};
enum { ENDING = sizeof ending / sizeof *ending, WAKING = sizeof waking / sizeof *waking };

static struct sigaction previous[NSIG];
static struct termios original;
static bool have_original;
static int wake_pipe[2] = {-1, -1};
static volatile sig_atomic_t editing, pasting, resized, continued, interrupted;

void cedit_wake(void) {
  int saved = errno;
  if (wake_pipe[1] >= 0) (void)!write(wake_pipe[1], "w", 1);
  errno = saved;
}

int cedit_wake_descriptor(void) { return wake_pipe[0]; }

/* Async-signal-safe. A background process must not touch the terminal: SIGTTOU would stop it
 * in the middle of dying. */
static void restore_terminal(void) {
  static const char off[] = "\033[?2004l\r\n";
  if (!editing || !have_original || tcgetpgrp(STDIN_FILENO) != getpgrp()) return;
  editing = 0;
  tcsetattr(STDIN_FILENO, TCSANOW, &original);
  (void)!write(STDOUT_FILENO, pasting ? off : "\r\n", pasting ? sizeof off - 1 : 2);
}

static void on_ending(int number) {
  restore_terminal();
  sigaction(number, &previous[number], NULL);
  raise(number);
}

static void on_waking(int number) {
  if (number == SIGINT) interrupted = 1;
  if (number == SIGWINCH) resized = 1;
  if (number == SIGCONT) continued = 1;
  cedit_wake();
}

/* Saves the terminal's modes; must come before el_init, which changes them. */
bool cedit_signals_open(void) {
  static bool registered;
  have_original = tcgetattr(STDIN_FILENO, &original) == 0;
  if (!registered) registered = atexit(restore_terminal) == 0;
  if (wake_pipe[0] >= 0) return true;
  if (pipe(wake_pipe) != 0) return false;
  for (int i = 0; i < 2; i++) {
    fcntl(wake_pipe[i], F_SETFL, O_NONBLOCK);
    fcntl(wake_pipe[i], F_SETFD, FD_CLOEXEC);
  }
  return true;
}

static void handle(int number, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(number, NULL, &previous[number]);
  if (previous[number].sa_handler != SIG_IGN) sigaction(number, &action, NULL);
}

void cedit_signals_begin(bool pastes) {
  pasting = pastes;
  resized = continued = interrupted = 0;
  for (int i = 0; i < WAKING; i++) handle(waking[i], on_waking);
  for (int i = 0; i < ENDING; i++) handle(ending[i], on_ending);
  editing = 1;
}

void cedit_signals_end(void) {
  editing = 0;
  for (int i = 0; i < WAKING; i++) sigaction(waking[i], &previous[waking[i]], NULL);
  for (int i = 0; i < ENDING; i++) sigaction(ending[i], &previous[ending[i]], NULL);
}

static bool take(volatile sig_atomic_t *flag) {
  bool was_set = *flag != 0;
  *flag = 0;
  return was_set;
}

bool cedit_take_resized(void) { return take(&resized); }
bool cedit_take_continued(void) { return take(&continued); }
bool cedit_take_interrupted(void) { return take(&interrupted); }

void cedit_terminal_leave(cedit *edit) {
  if (pasting) cedit_write("\033[?2004l");
  el_set(edit->line, EL_PREP_TERM, 0);
}

void cedit_terminal_enter(cedit *edit) {
  el_set(edit->line, EL_PREP_TERM, 1);
  if (pasting) cedit_write("\033[?2004h");
}

/* ---- SIGINT while a command runs ---- */

static atomic_int cancel_requested; /* lock-free, so the handler may use it and any thread read it */
static struct sigaction before_install;
static bool installed;

static void on_cancel(int number) {
  static const char note[] = "\npress Ctrl-C once more to end the program\n";
  int saved = errno;
  if (atomic_exchange(&cancel_requested, 1) != 0) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, NULL);
    if (isatty(STDERR_FILENO)) (void)!write(STDERR_FILENO, note, sizeof note - 1);
  }
  errno = saved;
}

void cedit_cancel_install(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_cancel; /* no SA_RESTART: a blocked read returns and can look at the flag */
  sigemptyset(&action.sa_mask);
  atomic_store(&cancel_requested, 0);
  sigaction(SIGINT, &action, installed ? NULL : &before_install);
  installed = true;
}

void cedit_cancel_disarm(void) {
  if (installed) sigaction(SIGINT, &before_install, NULL);
  installed = false;
}

bool cedit_cancel_requested(void) {
  return atomic_load_explicit(&cancel_requested, memory_order_relaxed) != 0;
}
