/* Opening, reading and closing the editor. */
#define _GNU_SOURCE
#include "internal.h"
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HISTORY_SIZE = 10000 };

bool cedit_use_utf8(void) {
  static const char *const names[] = {"", "C.UTF-8", "en_US.UTF-8", "UTF-8"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (setlocale(LC_CTYPE, names[i]) == NULL) continue;
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  }
  setlocale(LC_CTYPE, "C");
  return false;
}

static bool terminal_begins_with(const char *const *names, size_t count) {
  const char *term = getenv("TERM");
  if (term == NULL || *term == 0) return true;
  for (size_t i = 0; i < count; i++) {
    if (strncmp(term, names[i], strlen(names[i])) == 0) return true;
  }
  return false;
}

bool cedit_usable(void) {
  static const char *const names[] = {"dumb"};
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !terminal_begins_with(names, 1);
}

cedit *cedit_self(EditLine *line) {
  void *edit = NULL;
  el_get(line, EL_CLIENTDATA, &edit);
  return edit;
}

static char *prompt_of(EditLine *line) { return cedit_self(line)->prompt; }

cedit *cedit_open(const char *program, const char *rc_path, cedit_callbacks callbacks) {
  static const char *const without_paste[] = {"dumb", "emacs", "eterm", "vt52", "sun", "cons"};
  cedit *edit = calloc(1, sizeof *edit);
  if (edit == NULL) return NULL;
  edit->calls = callbacks;
  edit->utf8 = cedit_use_utf8();
  edit->pastes = !terminal_begins_with(without_paste, 6);
  edit->prompt = strdup("");
  edit->plain_prompt = strdup("");
  edit->line = cedit_signals_open() ? el_init(program, stdin, stdout, stderr) : NULL;
  edit->history = history_init();
  if (edit->prompt == NULL || edit->plain_prompt == NULL || edit->line == NULL ||
      edit->history == NULL)
    return cedit_close(edit), NULL;

  HistEvent event;
  EditLine *line = edit->line;
  el_set(line, EL_CLIENTDATA, edit);
  el_set(line, EL_EDITOR, "emacs");
  el_set(line, EL_PROMPT_ESC, prompt_of, '\1');
  history(edit->history, &event, H_SETSIZE, HISTORY_SIZE);
  history(edit->history, &event, H_SETUNIQUE, 1);
  el_set(line, EL_HIST, history, edit->history);
  cedit_add_keys(edit);
  cedit_bind_comforts(edit);
  el_set(line, EL_SETTY, "-d", "-isig", NULL); /* Ctrl-C is a key while editing, not a signal */
  el_wset(line, EL_GETCFN, cedit_next_character); /* wide: Apple's narrow one reads bytes */
  if (rc_path != NULL) el_source(line, rc_path);
  cedit_bind_essentials(edit);
  return edit;
}

void cedit_close(cedit *edit) {
  if (edit->line != NULL) el_end(edit->line);
  if (edit->history != NULL) history_end(edit->history);
  free(edit->prompt);
  free(edit->plain_prompt);
  free(edit->hint);
  free(edit->hint_line);
  free(edit);
}

bool cedit_uses_vi(cedit *edit) {
  const char *name = NULL;
  return el_get(edit->line, EL_EDITOR, &name) == 0 && name != NULL && *name == 'v';
}

void cedit_remember(cedit *edit, const char *line) {
  HistEvent event;
  history(edit->history, &event, H_ENTER, line);
}

/* Without a UTF-8 locale libedit crashes on a prompt it cannot decode. */
static char *printable_prompt(const char *prompt, bool utf8) {
  char *copy = strdup(prompt);
  for (char *p = copy; p != NULL && *p != 0; p++) {
    bool printable = (unsigned char)*p >= 0x80 ? utf8 : *p >= 0x20 && *p < 0x7f;
    if (!printable) *p = '?';
  }
  return copy;
}

/* Bold up to the last two characters: libedit draws an escape with the character that follows it,
 * so one at the very end would be lost. Apple's version sends it too early; plain there. */
static char *bold_prompt(const char *plain) {
#ifndef __APPLE__
  static const char on[] = "\1\033[1m\1", off[] = "\1\033[0m\1";
  size_t length = strlen(plain), size = length + sizeof on + sizeof off;
  bool ascii = length > 2 && (plain[0] & 0x80) == 0 && (plain[length - 2] & 0x80) == 0 &&
               (plain[length - 1] & 0x80) == 0;
  char *bold = ascii ? malloc(size) : NULL;
  if (bold != NULL) {
    snprintf(bold, size, "%s%.*s%s%s", on, (int)(length - 2), plain, off, plain + length - 2);
    return bold;
  }
#endif
  return strdup(plain);
}

static bool set_prompt(cedit *edit, const char *prompt, bool styled) {
  char *plain = printable_prompt(prompt, edit->utf8);
  char *shown = plain == NULL ? NULL : styled ? bold_prompt(plain) : strdup(plain);
  if (shown == NULL) return free(plain), false;
  free(edit->plain_prompt);
  free(edit->prompt);
  edit->plain_prompt = plain;
  edit->prompt = shown;
  return true;
}

cedit_result cedit_read(cedit *edit, const char *prompt, bool styled, const char **text,
                        size_t *length) {
  int count = 0;
  *text = NULL;
  *length = 0;
  if (!set_prompt(edit, prompt, styled)) return CEDIT_END;
  edit->interrupted = false;
  edit->byte_count = 0;
  cedit_offer_hint(edit, "");
  fflush(stdout);

  cedit_signals_begin(edit->pastes && !cedit_uses_vi(edit));
  cedit_terminal_enter(edit);
  /* Type-ahead was echoed while the last command ran; libedit will draw it again. */
  if (cedit_input_count() > 0) cedit_write("\r\033[K");
  const char *line = el_gets(edit->line, &count);
  cedit_terminal_leave(edit);
  cedit_signals_end();

  if (edit->interrupted) return CEDIT_INTERRUPTED;
  if (line == NULL || count <= 0) return cedit_write("\n"), CEDIT_END;
  size_t used = strnlen(line, (size_t)count);
  if (used > 0 && line[used - 1] == '\n') used--;
  *text = line;
  *length = used;
  return CEDIT_LINE;
}

static int characters(const char *start, const char *end) {
  int count = 0;
  for (const char *p = start; p < end; p++) count += (*p & 0xc0) != 0x80;
  return count;
}

void cedit_replace(cedit *edit, size_t start, size_t end, const char *text) {
  const LineInfo *line = el_line(edit->line);
  size_t length = (size_t)(line->lastchar - line->buffer);
  if (end > length) end = length;
  if (start > end) start = end;
  int cursor = characters(line->buffer, line->cursor);
  int target = characters(line->buffer, line->buffer + end);
  int removed = characters(line->buffer + start, line->buffer + end);
  if (target != cursor) el_cursor(edit->line, target - cursor);
  if (removed > 0) el_deletestr(edit->line, removed);
  if (*text != 0) el_insertstr(edit->line, text);
}
