/* Where the cursor is, and everything drawn around what libedit draws. */
#define _GNU_SOURCE
#include "internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

typedef struct position {
  int row, column;
} position;

int cedit_width(uint32_t scalar) {
  int width = wcwidth((wchar_t)scalar);
  return width > 0 ? width : 0;
}

static struct winsize window(void) {
  struct winsize size;
  memset(&size, 0, sizeof size);
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) memset(&size, 0, sizeof size);
  if (size.ws_col == 0) size.ws_col = 80;
  if (size.ws_row == 0) size.ws_row = 24;
  return size;
}

int cedit_window_columns(void) { return window().ws_col; }
int cedit_window_rows(void) { return window().ws_row; }

void cedit_write(const char *text) {
  fputs(text, stdout);
  fflush(stdout);
}

/* Follows libedit's own layout: ^X for controls, \U+XXXX for what cannot be printed, wide
 * characters never split, and a full row moves on at once. */
static void advance(position *at, wchar_t character, int columns) {
  int width = 1, count = 1;
  if (character == L'\n') {
    at->row++;
    at->column = 0;
    return;
  }
  if (character == L'\t') {
    count = 8 - at->column % 8;
  } else if (iswcntrl((wint_t)character) && character < 0x80) {
    count = 2;
  } else if (iswprint((wint_t)character)) {
    width = cedit_width((uint32_t)character);
  } else {
    count = character > 0xffff ? 8 : 7;
  }
  for (int i = 0; i < count; i++) {
    if (at->column + width > columns) at->row++, at->column = 0;
    at->column += width;
    if (at->column >= columns) at->row++, at->column = 0;
  }
}

static position cursor_position(cedit *edit, int columns) {
  position at = {0, 0};
  mbstate_t state;
  memset(&state, 0, sizeof state);
  wchar_t character;
  for (const char *p = edit->plain_prompt; *p != 0;) {
    size_t used = mbrtowc(&character, p, strlen(p), &state);
    if (used == 0 || used > 8) break;
    advance(&at, character, columns);
    p += used;
  }
  const LineInfoW *line = el_wline(edit->line);
  for (const wchar_t *p = line->buffer; p < line->cursor; p++) advance(&at, *p, columns);
  return at;
}

/* Moves to the prompt's first cell and clears everything from there on. */
void cedit_erase(cedit *edit) {
  int up = cursor_position(edit, cedit_window_columns()).row;
  int rows = cedit_window_rows();
  if (up >= rows) up = rows - 1;
  if (up > 0) printf("\033[%dA", up);
  cedit_write("\r\033[J");
  edit->hint_visible = false;
}

void cedit_redraw_after_resize(cedit *edit) {
  cedit_erase(edit);
  el_resize(edit->line);
  el_set(edit->line, EL_REFRESH);
}

void cedit_print_above(cedit *edit, const char *text) {
  size_t length = strlen(text);
  if (length == 0) return;
  cedit_erase(edit);
  fputs(text, stdout);
  if (text[length - 1] != '\n') fputc('\n', stdout);
  fflush(stdout);
  el_set(edit->line, EL_REFRESH);
}

void cedit_offer_hint(cedit *edit, const char *text) {
  free(edit->hint);
  edit->hint = *text != 0 ? strdup(text) : NULL;
}

/* Prints what fits before the right edge, at most one row. */
static void draw_clipped(const char *text, int columns) {
  mbstate_t state;
  memset(&state, 0, sizeof state);
  wchar_t character;
  for (const char *p = text; *p != 0;) {
    size_t used = mbrtowc(&character, p, strlen(p), &state);
    if (used == 0 || used > 8 || !iswprint((wint_t)character)) return;
    columns -= cedit_width((uint32_t)character);
    if (columns < 0) return;
    fwrite(p, 1, used, stdout);
    p += used;
  }
}

void cedit_show_hint(cedit *edit) {
  const LineInfo *line = el_line(edit->line);
  if (line->cursor != line->lastchar || line->lastchar == line->buffer) return;
  size_t length = (size_t)(line->lastchar - line->buffer);
  free(edit->hint_line);
  edit->hint_line = strndup(line->buffer, length);
  cedit_offer_hint(edit, "");
  if (edit->hint_line == NULL) return;
  edit->calls.hint(edit->calls.context, edit->hint_line, length);
  if (edit->hint == NULL) return;
  int columns = cedit_window_columns();
  fputs("\0337\033[2m", stdout);
  draw_clipped(edit->hint, columns - cursor_position(edit, columns).column - 1);
  cedit_write("\033[22m\0338");
  edit->hint_visible = true;
}

void cedit_hide_hint(cedit *edit) {
  if (edit->hint_visible) cedit_write("\033[K");
  edit->hint_visible = false;
}
