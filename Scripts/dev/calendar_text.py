"""Turns sessions into the text of a calendar and back. The grammar is that of `help calendar` and `CalendarParser`."""
from collections import Counter, defaultdict, namedtuple
from datetime import date as civil, timedelta

Day = namedtuple("Day", "segments pre post label source moments")
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
EPOCH = civil(1970, 1, 1)


def clock(value):
    """`09:30`, or `<17:00` for a time on the day before."""
    return "<" + clock(value + 1440) if value < 0 else f"{value // 60:02d}:{value % 60:02d}"


def hours_text(day):
    words = [] if day.pre is None else ["pre", clock(day.pre)]
    words += [f"{clock(start)}-{clock(end)}" for start, end in day.segments]
    return " ".join(words + ([] if day.post is None else ["post", clock(day.post)]))


def weekday_text(numbers):
    """`Mon-Fri` where they are neighbours, wrapping over Sunday; else a list with commas."""
    numbers = sorted(numbers)
    for start in numbers:
        run = [(start + step) % 7 for step in range(len(numbers))]
        if sorted(run) == numbers and len(run) > 1:
            return f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}"
    return ",".join(WEEKDAYS[number] for number in numbers)


def all_dates(table):
    day, end = civil.fromisoformat(table["first"]), civil.fromisoformat(table["last"])
    while day <= end:
        yield day
        day += timedelta(1)


def week_eras(table, sessions):
    """(from, weekdays): a weekday trades from its first to its last session when it has more than a few."""
    first, last = civil.fromisoformat(table["first"]), civil.fromisoformat(table["last"])
    spans = []
    for weekday in range(7):
        held = [day for day in sessions if day.weekday() == weekday]
        if len(held) < 20:
            continue
        start, end = min(held), max(held)
        spans.append((weekday, first if (start - first).days < 40 else start, last if (last - end).days < 40 else end))
    changes = sorted({start for _, start, _ in spans} | {end + timedelta(1) for _, _, end in spans if end < last})
    return [(change, {w for w, start, end in spans if start <= change <= end}) for change in changes]


def in_week(eras, day):
    found = set()
    for start, weekdays in eras:
        if start <= day:
            found = weekdays
    return day.weekday() in found


def hours_eras(table, sessions):
    """(from, weekdays or None, hours): what most sessions keep between two changes of regular hours."""
    starts = [civil.fromisoformat(table["first"])] + [change.date() for change in table["changes"]]
    starts = sorted({max(start, starts[0]) for start in starts if start <= civil.fromisoformat(table["last"])})
    eras, previous = [], None
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else civil.max
        held = {day: hours_text(entry) for day, entry in sessions.items() if start <= day < end}
        if not held:
            continue
        usual = Counter(held.values()).most_common(1)[0][0]
        era = [(None, usual)]
        for weekday in range(7):
            own = Counter(text for day, text in held.items() if day.weekday() == weekday)
            text, count = own.most_common(1)[0] if own else (usual, 0)
            if text != usual and count >= 20 and count * 2 > sum(own.values()):
                era.append((weekday, text))
        if era != previous:
            eras += [(start, weekday, text) for weekday, text in era]
        previous = era
    return eras


def usual_hours(eras, day):
    found = None
    for start, weekday, text in eras:
        if start <= day and weekday in (None, day.weekday()):
            found = text
    return found


def date_words(dates, held_on, years):
    """Date words for dates of one kind.

    `held_on(day)` is True where a date without year may stand for a day, None where it says nothing there.
    """
    left, words = set(dates), []
    for month, number in sorted({(day.month, day.day) for day in dates}):
        run, runs = [], []
        for year in years:
            try:
                day = civil(year, month, number)
            except ValueError:
                continue
            holds = held_on(day)
            if holds is False:
                runs.append(run)
                run = []
            else:
                run.append((year, holds))
        runs.append(run)
        for run in runs:
            hits = [year for year, holds in run if holds]
            if len(hits) < 3:
                continue
            left -= {civil(year, month, number) for year in hits}
            whole = run[0][0] == years[0] and run[-1][0] == years[-1]
            words.append(f"{month:02d}-{number:02d}" + ("" if whole else f":{run[0][0]}-{run[-1][0]}"))
    while left:
        first = min(left)
        line, year, gap = [first], first.year, 0
        while gap < 2:
            year += 1
            found = sorted(day for day in left if day.year == year)
            line.append(found[0] if found else None)
            gap = 0 if found else gap + 1
        while line[-1] is None:
            line.pop()
        left -= set(line)
        if len(line) == 1:
            words.append(first.strftime("%Y%m%d"))
        else:
            words.append(f"{first.year}:" + ",".join("-" if day is None else day.strftime("%m%d") for day in line))
    return words


def quoted(name):
    if not name:
        return ""
    return f' "{name}"' if name[0].isdigit() or name[0] in '<-"' else f" {name}"


def encode(table):
    """The lines of a calendar's text."""
    sessions = {stamp.date(): day for stamp, day in table["days"].items()}
    closures = {stamp.date(): value for stamp, value in table["closures"].items()}
    weeks, hours = week_eras(table, sessions), hours_eras(table, sessions)
    closed, special = {}, {}
    for day in all_dates(table):
        if day in sessions:
            entry = sessions[day]
            text = hours_text(entry)
            if text != usual_hours(hours, day) or not in_week(weeks, day):
                special[day] = (entry.source, text, entry.label)
        elif in_week(weeks, day):
            name, source = closures.get(day, ("", table["source"] + ", listed by date"))
            closed[day] = (source, name)
    years = list(range(int(table["first"][:4]), int(table["last"][:4]) + 1))
    lines = [f'title {table["title"]}', f'zone {table["zone"]}', f'range {table["first"]} {table["last"]}']
    for start, weekdays in weeks:
        lines.append(f"week {'' if start == weeks[0][0] else f'{start} '}{weekday_text(weekdays)}")
    source = None
    for start, weekday, text in hours:
        says = table["hours_source"](start) if "hours_source" in table else table["source"]
        if says != source:
            source = says
            lines.append(f"source {source}")
        since = "" if start == hours[0][0] else f"{start} "
        lines.append(f"hours {since}{'' if weekday is None else WEEKDAYS[weekday] + ' '}{text}")
    for kind, marked in (("closed", closed), ("special", special)):
        groups = defaultdict(list)
        for day, key in marked.items():
            groups[key].append(day)
        for key in sorted(groups):
            if key[0] != source:
                source = key[0]
                lines.append(f"source {source}")

            def held_on(day, key=key, marked=marked):
                if marked.get(day) == key:
                    return True
                inside = table["first"] <= day.isoformat() <= table["last"]
                return False if day in marked or (inside and in_week(weeks, day)) else None

            # A date without a year holds only within the week, so sessions on other days are written whole.
            plain = [day for day in groups[key] if in_week(weeks, day)]
            words = date_words(plain, held_on, years) if plain else []
            words += [day.strftime("%Y%m%d") for day in groups[key] if not in_week(weeks, day)]
            middle = f" {key[1]}" if kind == "special" else ""
            lines.append(f"{kind} {' '.join(words)}{middle}{quoted(key[-1])}")
    return lines


def expand(word, years):
    """The dates of a word, and whether they hold only within the week."""
    if len(word) > 4 and word[4] == ":":
        marks = word[5:].split(",")
        return [civil(int(word[:4]) + index, int(mark[:2]), int(mark[2:]))
                for index, mark in enumerate(marks) if mark != "-"], False
    if len(word) == 8 and word.isdigit():
        return [civil(int(word[:4]), int(word[4:6]), int(word[6:]))], False
    if ":" in word:
        word, span = word.split(":")
        years = range(int(span[:4]), int(span[5:]) + 1)
    days = []
    for year in years:
        try:
            days.append(civil(year, int(word[:2]), int(word[3:])))
        except ValueError:
            pass
    return days, True


def compare(table):
    """Decodes the lines independently of how they were made; raises where a day differs."""
    weeks, hours, closed, special = [], [], {}, {}
    first = civil.fromisoformat(table["first"])
    years = range(first.year, int(table["last"][:4]) + 1)
    for line in table["lines"]:
        verb, *words = line.split(" ")
        if verb in ("week", "hours"):
            start = civil.fromisoformat(words.pop(0)) if words[0][:4].isdigit() else first
            if verb == "hours":
                weekday = WEEKDAYS.index(words.pop(0)) if words[0] in WEEKDAYS else None
                hours.append((start, weekday, " ".join(words)))
            else:
                ends = words[0].split("-")
                numbers = [WEEKDAYS.index(part) for part in (ends if len(ends) == 2 else words[0].split(","))]
                if len(ends) == 2:
                    numbers = [(numbers[0] + step) % 7 for step in range((numbers[1] - numbers[0]) % 7 + 1)]
                weeks.append((start, set(numbers)))
        elif verb in ("closed", "special"):
            dates = []
            while words and words[0][:1].isdigit() and not (words[0][2:3] == ":"):
                dates.append(words.pop(0))
            text = []
            while words and verb == "special" and (words[0][:1] in "<0123456789" or words[0] in ("pre", "post")):
                text.append(words.pop(0))
            for word in dates:
                days, recurs = expand(word, years)
                for day in days:
                    if not recurs or in_week(weeks, day):
                        (closed if verb == "closed" else special)[day] = " ".join(text)
    sessions = {stamp.date(): day for stamp, day in table["days"].items()}
    for day in all_dates(table):
        found = special.get(day) or (None if day in closed or not in_week(weeks, day) else usual_hours(hours, day))
        expected = hours_text(sessions[day]) if day in sessions else None
        if found != expected:
            raise SystemExit(f"{table['name']}: {day} is {expected}, decoded {found}")


def yearly_hashes(table):
    """(year, sessions, hash) of every year with sessions."""
    years = {}
    for stamp, entry in table["days"].items():
        day = stamp.date()
        count, value = years.get(day.year, (0, 0xCBF29CE484222325))
        for word in ((day - EPOCH).days, *entry.moments):
            value = ((value ^ (word & 0xFFFFFFFFFFFFFFFF)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        years[day.year] = (count + 1, value)
    return [(year, *years[year]) for year in sorted(years)]
