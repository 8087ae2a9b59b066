extension HelpTopics {
  static let calendars = """
    A calendar says which days an exchange trades and when. `calendar` lists them,
    by MIC code, and the dates each knows; outside them is an error. They are made
    from exchange_calendars and pandas_market_calendars:

      XNYS      from 1885, with late opens, odd closes and extended hours from 1990
      CME       Globex with its daily break from 16:00 Chicago; CMES is without it
      CME_Equity  equity futures with their halt from 15:15 to 15:30 until 2021
      24/7      days of UTC; 24/5 without weekends
      FX        New York 17:00 days. No exchange states its holidays: 25 December
                and 1 January are closed by convention, nothing else

    Where a library gives rules without bounds, they are taken from 1990 to 2035,
    or to the last year for which it lists the holidays that no rule gives.

    `calendar load FILE` adds one of your own from a text, a fact a line; # begins
    a comment.

      calendar XDEMO
      title Demo Exchange
      zone Asia/Tokyo
      range 2020-01-01 2030-12-31          the dates it knows
      source the exchange's notices        who states the lines below, optional
      week Mon-Fri                         or Sun-Thu, or Mon,Wed,Fri
      hours 09:00-11:30 12:30-15:00        with a break, or several
      hours 2024-01-01 Fri 09:00-12:00     from a date on, on some weekdays
      closed 12-25 2024-12-31 Holiday      days without a session, and a name
      special 2024-12-24 09:00-12:00 Half day

    `hours pre 08:00 09:00-15:00 post 17:00` has extended hours; <17:00 is a time
    on the day before. `week` may begin with a date, too. A date is 2024-12-31;
    12-25 for every year, 12-25:2020-2024 for some; 2020:0410,0402,-,0407 for one a
    year. Dates without a year count on trading weekdays only, and give way to a
    line with the year. A name that begins with a digit stands in quotes.
    """
}
