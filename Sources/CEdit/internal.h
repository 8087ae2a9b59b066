#ifndef CEDIT_INTERNAL_H
#define CEDIT_INTERNAL_H

#include "CEdit.h"
#include <histedit.h>

struct cedit {
  EditLine *line;
  History *history;
  cedit_callbacks calls;
  char *prompt;       /* with escapes between \1 marks */
  char *plain_prompt; /* without them, for the column count */
  bool utf8;
  bool pastes;        /* the terminal understands bracketed paste */
  bool interrupted;
  bool hint_visible;
  char *hint;         /* what was offered last, and the line it was offered for */
  char *hint_line;
  unsigned char bytes[8]; /* the part of a UTF-8 character read so far */
  int byte_count;
};

/* A character no keyboard sends (U+0098, a C1 control), bound to libedit's own `ed-newline`: that
 * function moves below the line and ends it properly, which a key function cannot do itself. */
#define CEDIT_SUBMIT L"\x98"
#define CEDIT_SUBMIT_KEY "\\230"

/* edit.c */
cedit *cedit_self(EditLine *line);
bool cedit_uses_vi(cedit *edit);

/* keys.c */
void cedit_add_keys(cedit *edit);
void cedit_bind_comforts(cedit *edit);
void cedit_bind_essentials(cedit *edit);

/* screen.c */
int cedit_window_rows(void);
void cedit_write(const char *text);
void cedit_erase(cedit *edit);
void cedit_redraw_after_resize(cedit *edit);
void cedit_show_hint(cedit *edit);
void cedit_hide_hint(cedit *edit);

/* wait.c */
int cedit_next_character(EditLine *line, wchar_t *out);
int cedit_input_count(void);

/* signals.c */
bool cedit_signals_open(void);
void cedit_signals_begin(bool pastes);
void cedit_signals_end(void);
void cedit_terminal_leave(cedit *edit);
void cedit_terminal_enter(cedit *edit);
int cedit_wake_descriptor(void);
bool cedit_take_resized(void);
bool cedit_take_continued(void);
bool cedit_take_interrupted(void);

#endif
