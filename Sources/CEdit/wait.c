/* The one place where the process waits while a line is edited: libedit's EL_GETCFN. */
#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>
#include <wchar.h>

int cedit_input_count(void) {
  int count = 0;
  return ioctl(STDIN_FILENO, FIONREAD, &count) == 0 ? count : 0;
}

/* Returns false only when waiting is impossible. */
static bool wait_for_events(bool *input, bool *woken) {
  int wake = cedit_wake_descriptor();
#ifdef __APPLE__
  fd_set set; /* poll refuses terminals on some versions of macOS */
  FD_ZERO(&set);
  FD_SET(STDIN_FILENO, &set);
  FD_SET(wake, &set);
  int count = select(wake + 1, &set, NULL, NULL, NULL);
  *input = count > 0 && FD_ISSET(STDIN_FILENO, &set);
  *woken = count > 0 && FD_ISSET(wake, &set);
#else
  struct pollfd events[2] = {{STDIN_FILENO, POLLIN, 0}, {wake, POLLIN, 0}};
  int count = poll(events, 2, -1);
  *input = count > 0 && events[0].revents != 0;
  *woken = count > 0 && events[1].revents != 0;
#endif
  return count >= 0 || errno == EINTR;
}

static void drain_wakes(void) {
  char bytes[64];
  while (read(cedit_wake_descriptor(), bytes, sizeof bytes) > 0) {
  }
}

/* What other threads and signal handlers asked for. True when Ctrl-C is to be delivered. */
static bool handle_events(cedit *edit, bool woken) {
  bool resized = cedit_take_resized(), continued = cedit_take_continued();
  if (continued) {
    /* Whoever had the terminal meanwhile may have changed it; libedit believes it has not. */
    cedit_terminal_leave(edit);
    cedit_terminal_enter(edit);
  }
  if (woken || resized || continued) cedit_hide_hint(edit);
  if (resized || continued) cedit_redraw_after_resize(edit);
  if (woken) edit->calls.notices(edit->calls.context);
  if (woken || resized || continued) cedit_show_hint(edit);
  return cedit_take_interrupted();
}

static int interrupt(cedit *edit, wchar_t *out) {
  int editing = 1;
  el_get(edit->line, EL_EDITMODE, &editing);
  edit->byte_count = 0;
  edit->interrupted = !editing; /* with `edit off` in the rc file no key is looked up */
  *out = editing ? L'\3' : L'\n';
  return 1;
}

/* 1 with a character, 0 when more bytes are needed or the bytes were no UTF-8. */
static int decode(cedit *edit, wchar_t *out) {
  mbstate_t state;
  memset(&state, 0, sizeof state);
  size_t used = mbrtowc(out, (char *)edit->bytes, (size_t)edit->byte_count, &state);
  if (used == (size_t)-2 && edit->byte_count < 6) return 0;
  edit->byte_count = 0;
  return used == (size_t)-1 || used == (size_t)-2 ? 0 : 1;
}

/* Reads one byte at a time: what follows Enter belongs to the command that is about to run. */
int cedit_next_character(EditLine *line, wchar_t *out) {
  cedit *edit = cedit_self(line);
  if (edit->byte_count == 0 && cedit_input_count() == 0) cedit_show_hint(edit);
  for (;;) {
    bool input = cedit_input_count() > 0, woken = false;
    if (!input && !wait_for_events(&input, &woken)) return -1;
    if (woken) drain_wakes();
    if (handle_events(edit, woken)) return interrupt(edit, out);
    if (!input) continue;
    ssize_t count = read(STDIN_FILENO, &edit->bytes[edit->byte_count], 1);
    if (count == 0) return 0;
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return -1;
    edit->byte_count++;
    if (decode(edit, out) == 0) continue;
    cedit_hide_hint(edit);
    return 1;
  }
}
