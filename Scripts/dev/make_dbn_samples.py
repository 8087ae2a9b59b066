#!/usr/bin/env python3
"""Writes small Databento files with databento-dbn, for the tests of the DBN reader.

Tool: databento-dbn 0.72.0 (PyPI). Command: python3 Scripts/dev/make_dbn_samples.py Tests/Transcripts/data/dbn
Every file holds the records that samples.txt beside it lists.
"""

import pathlib
import sys
from importlib.metadata import version

import databento_dbn as dbn

START = 1_751_463_000_000_000_000  # 2025-07-02T13:30:00Z
MINUTE = 60_000_000_000
UNIT = 1_000_000_000


class Mapping:
    def __init__(self, raw_symbol, instrument):
        self.raw_symbol = raw_symbol
        self.intervals = [Interval(instrument)]


class Interval:
    def __init__(self, instrument):
        import datetime

        self.start_date = datetime.date(2025, 7, 1)
        self.end_date = datetime.date(2025, 8, 1)
        self.symbol = str(instrument)


def head(schema, number):
    return bytes(
        dbn.Metadata(
            dataset="GLBX.MDP3", start=START, end=START + 60 * MINUTE, stype_in=dbn.SType.RAW_SYMBOL,
            stype_out=dbn.SType.INSTRUMENT_ID, schema=schema, symbols=["ESU5", "NQU5"], partial=[],
            not_found=["XXXX"], mappings=[Mapping("ESU5", 7), Mapping("NQU5", 9)], version=number))


def bars():
    rows = []
    for minute in range(3):
        for instrument, price in ((7, 6200), (9, 22500)):
            rows.append(
                dbn.OHLCVMsg(
                    rtype=33, publisher_id=1, instrument_id=instrument, ts_event=START + minute * MINUTE,
                    open=price * UNIT, high=(price + 2) * UNIT, low=(price - 1) * UNIT,
                    close=price * UNIT + UNIT // 4 * minute, volume=100 + minute))
    return rows


def trades():
    return [
        dbn.TradeMsg(
            publisher_id=1, instrument_id=7, ts_event=START + step * UNIT, price=6200 * UNIT + step * UNIT // 4,
            size=step + 1, action=dbn.Action.TRADE, side=dbn.Side.ASK, depth=0, ts_recv=START + step * UNIT + 5)
        for step in range(4)
    ]


def book():
    level = dbn.BidAskPair(bid_px=6200 * UNIT, ask_px=6200 * UNIT + UNIT // 4, bid_sz=5, ask_sz=3)
    bare = dbn.BidAskPair(bid_px=6199 * UNIT, bid_sz=4)
    common = {"publisher_id": 1, "instrument_id": 7, "side": dbn.Side.BID, "depth": 0}
    return [
        dbn.MBP1Msg(ts_event=START, ts_recv=START + 9, price=6200 * UNIT, size=5, action=dbn.Action.ADD, levels=level, **common),
        dbn.MBP1Msg(ts_event=START + UNIT, ts_recv=START + UNIT + 9, price=6200 * UNIT + UNIT // 4, size=2, action=dbn.Action.TRADE, levels=bare, **common),
    ]


def best():
    level = dbn.BidAskPair(bid_px=6200 * UNIT, ask_px=6200 * UNIT + UNIT // 4, bid_sz=5, ask_sz=3)
    return [
        dbn.BBOMsg(rtype=0xC3, publisher_id=1, instrument_id=7, ts_event=START - UNIT, price=6200 * UNIT, size=1, side=dbn.Side.BID, ts_recv=START + UNIT, levels=level)
    ]


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tool = version("databento-dbn")
    lines = [f"Written by Scripts/dev/make_dbn_samples.py with databento-dbn {tool}; each file's records follow."]
    for name, schema, number, records in (
        ("bars_v1", dbn.Schema.OHLCV_1M, 1, bars()),
        ("bars_v2", dbn.Schema.OHLCV_1M, 2, bars()),
        ("bars_v3", dbn.Schema.OHLCV_1M, 3, bars()),
        ("trades_v3", dbn.Schema.TRADES, 3, trades()),
        ("mbp_v2", dbn.Schema.MBP_1, 2, book()),
        ("bbo_v3", dbn.Schema.BBO_1S, 3, best()),
    ):
        (folder / f"{name}.dbn").write_bytes(head(schema, number) + b"".join(bytes(r) for r in records))
        lines.append(f"\n{name}.dbn")
        lines += [repr(record) for record in records]
    (folder / "samples.txt").write_text("\n".join(lines) + "\n")


main(sys.argv[1])
