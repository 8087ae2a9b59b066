/* The key functions and where they are bound. */
#define _GNU_SOURCE
#include "internal.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <wchar.h>

enum { PASTE_LIMIT = 1 << 20 };

static size_t length_of(const LineInfo *line) { return (size_t)(line->lastchar - line->buffer); }
static size_t cursor_of(const LineInfo *line) { return (size_t)(line->cursor - line->buffer); }

static unsigned char on_complete(EditLine *el, int key) {
  (void)key;
  cedit *edit = cedit_self(el);
  const LineInfo *line = el_line(el);
  bool found = edit->calls.complete(edit->calls.context, line->buffer, length_of(line),
                                    cursor_of(line));
  return found ? CC_REFRESH : CC_REFRESH_BEEP;
}

static unsigned char recall(EditLine *el, bool older) {
  cedit *edit = cedit_self(el);
  const LineInfo *line = el_line(el);
  bool found = edit->calls.recall(edit->calls.context, line->buffer, length_of(line),
                                  cursor_of(line), older);
  return found ? CC_REFRESH : CC_REFRESH_BEEP;
}

static unsigned char on_older(EditLine *el, int key) { return (void)key, recall(el, true); }
static unsigned char on_newer(EditLine *el, int key) { return (void)key, recall(el, false); }

static unsigned char submit(EditLine *el) {
  el_wpush(el, CEDIT_SUBMIT);
  return CC_NORM;
}

static unsigned char on_newline(EditLine *el, int key) {
  (void)key;
  return el_insertstr(el, "\n") == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
}

static unsigned char on_accept(EditLine *el, int key) {
  cedit *edit = cedit_self(el);
  const LineInfo *line = el_line(el);
  if (edit->calls.incomplete(edit->calls.context, line->buffer, length_of(line)))
    return on_newline(el, key);
  return submit(el);
}

static unsigned char on_interrupt(EditLine *el, int key) {
  (void)key;
  const LineInfoW *line = el_wline(el);
  cedit_self(el)->interrupted = true;
  cedit_erase(cedit_self(el));
  el_cursor(el, (int)(line->lastchar - line->cursor));
  el_winsertstr(el, L"^C"); /* shown like the terminal's own echo; the line is dropped anyway */
  el_set(el, EL_REFRESH);
  return submit(el);
}

/* The whole group, as the terminal itself would: a wrapping script has to stop as well. */
static unsigned char on_suspend(EditLine *el, int key) {
  (void)key;
  cedit *edit = cedit_self(el);
  cedit_terminal_leave(edit);
  cedit_write("\n");
  kill(0, SIGTSTP);
  cedit_terminal_enter(edit);
  cedit_take_continued();
  el_resize(el);
  el_set(el, EL_REFRESH);
  return CC_REFRESH;
}

static unsigned char on_forward(EditLine *el, int key) {
  (void)key;
  cedit *edit = cedit_self(el);
  const LineInfo *line = el_line(el);
  if (line->cursor != line->lastchar) return el_cursor(el, 1), CC_CURSOR;
  size_t length = length_of(line);
  bool current = edit->hint != NULL && edit->hint_line != NULL &&
                 strlen(edit->hint_line) == length &&
                 memcmp(edit->hint_line, line->buffer, length) == 0;
  return current && el_insertstr(el, edit->hint) == 0 ? CC_REFRESH : CC_ERROR;
}

/* Newlines stay, tabs become blanks, other control characters go. Returns the new count. */
static size_t clean_paste(wchar_t *text, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    wchar_t c = text[i];
    if (c == L'\r') c = i + 1 < count && text[i + 1] == L'\n' ? 0 : L'\n';
    if (c == L'\t') c = L' ';
    if (c != L'\n' && (c < 0x20 || (c >= 0x7f && c < 0xa0))) continue;
    text[kept++] = c;
  }
  while (kept > 0 && text[kept - 1] == L'\n') kept--;
  text[kept] = 0;
  return kept;
}

/* Reads up to the closing bracket. Null when out of memory, at the end of input, or when there is
 * more than the limit: half a paste must not look like the whole. */
static wchar_t *read_paste(EditLine *el, size_t *count, bool *ended) {
  static const wchar_t close[] = L"\033[201~";
  enum { CLOSE = sizeof close / sizeof *close - 1 };
  wchar_t tail[CLOSE] = {0}, *text = NULL;
  size_t capacity = 0, total = 0;
  for (bool keep = true;;) {
    wchar_t c;
    if (el_wgetc(el, &c) != 1) return *ended = true, free(text), NULL;
    wmemmove(tail, tail + 1, CLOSE - 1);
    tail[CLOSE - 1] = c;
    if (keep && total + 1 >= capacity) {
      capacity = capacity == 0 ? 1024 : capacity * 2;
      wchar_t *larger = capacity <= PASTE_LIMIT * 2 ? realloc(text, capacity * sizeof *text) : NULL;
      if (larger == NULL) free(text), keep = false;
      text = larger;
    }
    if (keep) text[total++] = c;
    if (wmemcmp(tail, close, CLOSE) != 0) continue;
    *count = keep ? total - CLOSE : 0;
    return text;
  }
}

static unsigned char on_paste(EditLine *el, int key) {
  (void)key;
  size_t count = 0;
  bool ended = false;
  wchar_t *text = read_paste(el, &count, &ended);
  if (ended) return CC_EOF;
  if (text == NULL) {
    cedit_print_above(cedit_self(el), "the pasted text is too long and was left out");
    return CC_REFRESH_BEEP;
  }
  bool inserted = clean_paste(text, count) == 0 || el_winsertstr(el, text) == 0;
  free(text);
  return inserted ? CC_REFRESH : CC_REFRESH_BEEP;
}

void cedit_add_keys(cedit *edit) {
  EditLine *el = edit->line;
  el_set(el, EL_ADDFN, "sess-complete", "complete the word", on_complete);
  el_set(el, EL_ADDFN, "sess-older", "older line with this beginning", on_older);
  el_set(el, EL_ADDFN, "sess-newer", "newer line with this beginning", on_newer);
  el_set(el, EL_ADDFN, "sess-accept", "end the line, or continue it", on_accept);
  el_set(el, EL_ADDFN, "sess-newline", "insert a newline", on_newline);
  el_set(el, EL_ADDFN, "sess-interrupt", "drop the line", on_interrupt);
  el_set(el, EL_ADDFN, "sess-suspend", "stop the program", on_suspend);
  el_set(el, EL_ADDFN, "sess-forward", "next character, or take the hint", on_forward);
  el_set(el, EL_ADDFN, "sess-paste", "insert pasted text", on_paste);
}

static void bind(cedit *edit, const char *key, const char *function) {
  el_set(edit->line, EL_BIND, key, function, NULL);
}

/* Set before the rc file, which may change them. Emacs mode only: in vi mode a sequence that
 * starts with Escape would take away the way to command mode. */
void cedit_bind_comforts(cedit *edit) {
  static const char *const keys[][2] = {
      {"^R", "em-inc-search-prev"},     {"^W", "ed-delete-prev-word"},
      {"^_", "vi-undo"},                {"^F", "sess-forward"},
      {"\\e[C", "sess-forward"},        {"\\eOC", "sess-forward"},
      {"\\e[A", "sess-older"},          {"\\eOA", "sess-older"},
      {"\\e[B", "sess-newer"},          {"\\eOB", "sess-newer"},
      {"^P", "sess-older"},             {"^N", "sess-newer"},
      {"\\e[1;5C", "em-next-word"},     {"\\e[1;5D", "ed-prev-word"},
      {"\\e[1;3C", "em-next-word"},     {"\\e[1;3D", "ed-prev-word"},
      {"\\e[1;3A", "ed-prev-line"},     {"\\e[1;3B", "ed-next-line"},
      {"\\e[H", "ed-move-to-beg"},      {"\\e[F", "ed-move-to-end"},
      {"\\e[1~", "ed-move-to-beg"},     {"\\e[4~", "ed-move-to-end"},
      {"\\e[3~", "ed-delete-next-char"}, {"\\e^M", "sess-newline"},
  };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) bind(edit, keys[i][0], keys[i][1]);
}

/* Set after the rc file: a `bind -v` there rebuilds the whole map, and without these keys there
 * is no way out of a line. */
void cedit_bind_essentials(cedit *edit) {
  static const char *const keys[][2] = {
      {"^I", "sess-complete"}, {"^C", "sess-interrupt"}, {"^Z", "sess-suspend"},
      {"^M", "sess-accept"},   {"^J", "sess-accept"},    {CEDIT_SUBMIT_KEY, "ed-newline"},
  };
  bool vi = cedit_uses_vi(edit);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    bind(edit, keys[i][0], keys[i][1]);
    if (vi) el_set(edit->line, EL_BIND, "-a", keys[i][0], keys[i][1], NULL);
  }
  if (!vi) bind(edit, "\\e[200~", "sess-paste");
  if (vi) bind(edit, "^R", "em-inc-search-prev");
  if (vi) bind(edit, "^F", "sess-forward");
}
