#!/usr/bin/env python3
"""Makes one-minute bars of a day of LEAN ticks with pandas and writes their digest, for the tests of ticks.

Tool: pandas 3.1.1 (PyPI).
Command: python3 Scripts/dev/make_tick_bars.py DATA/lean-bac-tick-20131011/20131011_trade.zip \
    Tests/OracleTests/Expectations/bac_ticks_1m.txt
A bar is a line `second open high low close volume ticks`: its start in seconds of the day on the file's
clock, prices in ten-thousandths. Written are sums of each column and the FNV-1a hash of all lines, not bars.
"""

import sys

import pandas as pd


def fnv(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def main(source, target):
    names = ["ms", "price", "size", "exchange", "condition", "suspicious"]
    ticks = pd.read_csv(source, names=names, dtype={"condition": str})
    minutes = (ticks["ms"] // 60_000) * 60
    groups = ticks.groupby(minutes, sort=True)
    bars = groups["price"].agg(["first", "max", "min", "last"])
    bars["volume"] = groups["size"].sum()
    bars["ticks"] = groups["size"].count()
    lines = [f"{start} " + " ".join(str(int(v)) for v in row) + "\n"
             for start, row in zip(bars.index, bars.itertuples(index=False))]
    with open(target, "w") as out:
        out.write(f"# Scripts/dev/make_tick_bars.py, pandas {pd.__version__}, 20131011_trade.zip\n")
        out.write(f"bars {len(bars)}\n")
        for name, label in [("first", "open"), ("max", "high"), ("min", "low"), ("last", "close"),
                            ("volume", "volume"), ("ticks", "ticks")]:
            out.write(f"{label} {int(bars[name].sum())}\n")
        out.write(f"hash {fnv(''.join(lines)):016x}\n")


main(*sys.argv[1:])
