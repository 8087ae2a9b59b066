#include "CArchive.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

struct archive;
struct archive_entry;

static struct {
  struct archive *(*read_new)(void);
  int (*support_filter_all)(struct archive *);
  int (*support_format_zip)(struct archive *);
  int (*support_format_tar)(struct archive *);
  int (*support_format_raw)(struct archive *);
  int (*format)(struct archive *);
  int (*open_memory)(struct archive *, const void *, size_t);
  int (*next_header)(struct archive *, struct archive_entry **);
  const char *(*entry_pathname)(struct archive_entry *);
  ssize_t (*read_data)(struct archive *, void *, size_t);
  int (*read_free)(struct archive *);
} lib;

static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  static const char *const names[] = {
      "libarchive.so.13", "libarchive.so", "libarchive.13.dylib", "libarchive.dylib",
      "/opt/homebrew/opt/libarchive/lib/libarchive.dylib",
      "/usr/local/opt/libarchive/lib/libarchive.dylib"};
  void *handle = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && !handle; i++)
    handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
#define BIND(field, symbol) (*(void **)&lib.field = dlsym(handle, symbol))
  loaded = BIND(read_new, "archive_read_new") &&
           BIND(support_filter_all, "archive_read_support_filter_all") &&
           BIND(support_format_zip, "archive_read_support_format_zip") &&
           BIND(support_format_tar, "archive_read_support_format_tar") &&
           BIND(format, "archive_format") &&
           BIND(support_format_raw, "archive_read_support_format_raw") &&
           BIND(open_memory, "archive_read_open_memory") &&
           BIND(next_header, "archive_read_next_header") &&
           BIND(entry_pathname, "archive_entry_pathname") &&
           BIND(read_data, "archive_read_data") && BIND(read_free, "archive_read_free");
#undef BIND
}

bool sess_archive_available(void) {
  pthread_once(&once, load);
  return loaded;
}

struct sess_archive {
  struct archive *handle;
  bool failed;
};

sess_archive *sess_archive_open(const void *bytes, size_t count) {
  if (!sess_archive_available()) return NULL;
  sess_archive *archive = calloc(1, sizeof *archive);
  if (!archive) return NULL;
  archive->handle = lib.read_new();
  if (!archive->handle) {
    free(archive);
    return NULL;
  }
  lib.support_filter_all(archive->handle);
  lib.support_format_zip(archive->handle);
  lib.support_format_tar(archive->handle);
  lib.support_format_raw(archive->handle);
  if (lib.open_memory(archive->handle, bytes, count) != 0) archive->failed = true;
  return archive;
}

const char *sess_archive_next(sess_archive *archive) {
  if (archive->failed) return NULL;
  struct archive_entry *entry = NULL;
  int status = lib.next_header(archive->handle, &entry);
  if (status == 1) return NULL;  // ARCHIVE_EOF
  if (status < -20) {            // worse than ARCHIVE_WARN
    archive->failed = true;
    return NULL;
  }
  const char *path = lib.entry_pathname(entry);
  return path ? path : "";
}

bool sess_archive_is_raw(sess_archive *archive) {
  return lib.format(archive->handle) == 0x90000;  // ARCHIVE_FORMAT_RAW
}

ssize_t sess_archive_read(sess_archive *archive, void *buffer, size_t capacity) {
  ssize_t count = lib.read_data(archive->handle, buffer, capacity);
  if (count < 0) archive->failed = true;
  return count;
}

bool sess_archive_failed(const sess_archive *archive) { return archive->failed; }

void sess_archive_close(sess_archive *archive) {
  if (!archive) return;
  lib.read_free(archive->handle);
  free(archive);
}
