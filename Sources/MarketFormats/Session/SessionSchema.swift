/// The JSON Schema of complete and delta exports.
public enum SessionSchema {
  /// The schema, as JSON of draft 2020-12.
  public static let text = #"""
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "sess session or delta",
      "description": "What `export session` and `export delta` write.",
      "oneOf": [{"$ref": "#/$defs/session"}, {"$ref": "#/$defs/delta"}],
      "$defs": {
        "instant": {
          "type": "string",
          "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3,9})?[+-]\\d\\d:\\d\\d(:\\d\\d)?$"
        },
        "date": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d$"},
        "interval": {"type": "string", "pattern": "^([1-9]\\d*[smh]|1d|1w|1mo)$"},
        "count": {"type": "integer", "minimum": 0},
        "number": {"type": ["number", "null"]},
        "percent": {"type": ["number", "null"], "minimum": 0, "maximum": 100},
        "text": {"type": ["string", "null"]},
        "optionalInstant": {"anyOf": [{"$ref": "#/$defs/instant"}, {"type": "null"}]},
        "optionalDate": {"anyOf": [{"$ref": "#/$defs/date"}, {"type": "null"}]},

        "session": {
          "type": "object",
          "properties": {
            "format": {"const": "sess"},
            "version": {"const": 1},
            "clock": {"$ref": "#/$defs/optionalInstant"},
            "active": {"type": "boolean"},
            "change_sequence": {"$ref": "#/$defs/count"},
            "calendars": {"type": "object", "additionalProperties": {"type": "string"}},
            "symbols": {"type": "object", "additionalProperties": {"$ref": "#/$defs/symbol"}}
          },
          "required": [
            "format", "version", "clock", "active", "change_sequence", "calendars", "symbols"
          ],
          "additionalProperties": false
        },
        "symbol": {
          "type": "object",
          "properties": {
            "calendar": {"type": "string"},
            "hours": {"enum": ["regular", "extended"]},
            "base_interval": {"anyOf": [{"$ref": "#/$defs/interval"}, {"type": "null"}]},
            "session_date": {"$ref": "#/$defs/optionalDate"},
            "metadata": {"$ref": "#/$defs/metadata"},
            "metrics": {"$ref": "#/$defs/metrics"},
            "bars": {
              "type": "object",
              "propertyNames": {"$ref": "#/$defs/interval"},
              "additionalProperties": {"$ref": "#/$defs/bars"}
            },
            "historical": {"$ref": "#/$defs/historical"},
            "ticks": {"type": "array", "items": {"$ref": "#/$defs/tick"}},
            "quotes": {"type": "array", "items": {"$ref": "#/$defs/quote"}},
            "indicators": {
              "type": "object", "additionalProperties": {"$ref": "#/$defs/indicator"}
            },
            "rejected": {"type": "array", "items": {"$ref": "#/$defs/rejected"}},
            "revisions": {"type": "array", "items": {"$ref": "#/$defs/revision"}}
          },
          "required": [
            "calendar", "hours", "base_interval", "session_date", "metadata", "metrics", "bars",
            "historical", "ticks", "quotes", "indicators", "rejected", "revisions"
          ],
          "additionalProperties": false
        },
        "rowFault": {
          "type": "object",
          "properties": {
            "kind": {"enum": ["out-of-order", "mixed-units"]}, "count": {"type": "integer"},
            "file": {"type": "string"}, "line": {"type": "integer"}
          },
          "required": ["kind", "count", "file", "line"], "additionalProperties": false
        },
        "metadata": {
          "type": "object",
          "properties": {
            "source": {"$ref": "#/$defs/text"},
            "loads": {
              "type": "array",
              "items": {
                "type": "object",
                "properties": {
                  "paths": {"type": "array", "items": {"type": "string"}},
                  "flags": {"type": "object", "additionalProperties": {"type": "string"}},
                  "naive": {"type": "boolean"},
                  "faults": {"type": "array", "items": {"$ref": "#/$defs/rowFault"}}
                },
                "required": ["paths", "flags", "naive"],
                "additionalProperties": false
              }
            },
            "adjustments": {
              "type": "array",
              "items": {
                "type": "object",
                "properties": {
                  "through": {"$ref": "#/$defs/date"},
                  "price": {"type": "number"},
                  "volume": {"type": "number"},
                  "reason": {"type": "string"}
                },
                "required": ["through", "price", "volume", "reason"],
                "additionalProperties": false
              }
            },
            "added_by": {"type": "string"},
            "added_at": {"$ref": "#/$defs/optionalInstant"},
            "ad_hoc": {"type": "boolean"},
            "upgraded": {"type": "boolean"}
          },
          "required": [
            "source", "loads", "adjustments", "added_by", "added_at", "ad_hoc", "upgraded"
          ],
          "additionalProperties": false
        },
        "metrics": {
          "type": "object",
          "properties": {
            "date": {"$ref": "#/$defs/optionalDate"},
            "open": {"$ref": "#/$defs/number"},
            "high": {"$ref": "#/$defs/number"},
            "low": {"$ref": "#/$defs/number"},
            "close": {"$ref": "#/$defs/number"},
            "volume": {"$ref": "#/$defs/number"},
            "vwap": {"$ref": "#/$defs/number"},
            "notional": {"type": "number"},
            "bars": {"$ref": "#/$defs/count"},
            "last_update": {"$ref": "#/$defs/optionalInstant"}
          },
          "required": [
            "date", "open", "high", "low", "close", "volume", "vwap", "notional", "bars",
            "last_update"
          ],
          "additionalProperties": false
        },
        "bars": {
          "type": "object",
          "properties": {
            "derived": {"type": "boolean"},
            "base": {"$ref": "#/$defs/text"},
            "alignment": {"enum": ["session", "clock"]},
            "policy": {"type": "string", "pattern": "^(partial|strict|[0-9.]+%)$"},
            "updated": {"type": "boolean"},
            "expected_dates": {"$ref": "#/$defs/text"},
            "count": {"$ref": "#/$defs/count"},
            "quality": {"$ref": "#/$defs/percent"},
            "columns": {
              "type": "array",
              "prefixItems": [
                {"const": "start"}, {"const": "open"}, {"const": "high"}, {"const": "low"},
                {"const": "close"}, {"const": "volume"}
              ],
              "items": {"enum": ["present", "expected", "trades", "vwap"]},
              "minItems": 6,
              "uniqueItems": true
            },
            "days": {"type": "array", "items": {"$ref": "#/$defs/day"}},
            "gaps": {"type": "array", "items": {"$ref": "#/$defs/gap"}},
            "retries": {"type": "array", "items": {"$ref": "#/$defs/retry"}},
            "marks": {"type": "array", "items": {"$ref": "#/$defs/mark"}},
            "data": {"type": "array", "items": {"$ref": "#/$defs/bar"}}
          },
          "required": [
            "derived", "base", "alignment", "policy", "updated", "expected_dates", "count",
            "quality", "columns", "days", "gaps", "retries", "marks", "data"
          ],
          "additionalProperties": false
        },
        "day": {
          "type": "object",
          "properties": {
            "date": {"$ref": "#/$defs/date"},
            "expected": {"$ref": "#/$defs/count"},
            "present": {"$ref": "#/$defs/count"},
            "missing": {"$ref": "#/$defs/count"},
            "quality": {"$ref": "#/$defs/percent"},
            "partial": {"$ref": "#/$defs/count"},
            "coverage": {
              "type": "object",
              "properties": {
                "expected": {"$ref": "#/$defs/count"}, "present": {"$ref": "#/$defs/count"}
              },
              "required": ["expected", "present"],
              "additionalProperties": false
            }
          },
          "required": ["date", "expected", "present", "missing", "quality"],
          "additionalProperties": false
        },
        "gap": {
          "type": "object",
          "properties": {
            "date": {"$ref": "#/$defs/date"},
            "start": {"$ref": "#/$defs/instant"},
            "end": {"$ref": "#/$defs/instant"},
            "missing": {"type": "integer", "minimum": 1}
          },
          "required": ["date", "start", "end", "missing"],
          "additionalProperties": false
        },
        "retry": {
          "type": "object",
          "properties": {
            "gap": {"$ref": "#/$defs/gap"},
            "attempts": {"$ref": "#/$defs/count"},
            "next_at": {"$ref": "#/$defs/optionalInstant"},
            "abandoned": {"type": "boolean"},
            "source": {"$ref": "#/$defs/text"},
            "reading": {"type": "object", "additionalProperties": {"type": "string"}},
            "reason": {"$ref": "#/$defs/text"}
          },
          "required": ["gap", "attempts", "next_at", "abandoned", "source", "reading", "reason"],
          "additionalProperties": false
        },
        "mark": {
          "type": "object",
          "properties": {
            "start": {"$ref": "#/$defs/instant"},
            "received": {"$ref": "#/$defs/optionalInstant"},
            "fill": {"enum": [null, "carried", "sourced"]},
            "source": {"$ref": "#/$defs/text"}
          },
          "required": ["start", "received", "fill", "source"],
          "additionalProperties": false
        },
        "bar": {
          "type": "array",
          "prefixItems": [
            {"$ref": "#/$defs/instant"}, {"type": "number"}, {"type": "number"},
            {"type": "number"}, {"type": "number"}, {"type": "number", "minimum": 0}
          ],
          "items": {"$ref": "#/$defs/number"},
          "minItems": 6,
          "maxItems": 10
        },
        "figures": {
          "type": "array",
          "prefixItems": [{"$ref": "#/$defs/instant"}],
          "items": {"type": "number"},
          "minItems": 6,
          "maxItems": 6
        },
        "historical": {
          "type": "object",
          "properties": {
            "first": {"$ref": "#/$defs/optionalDate"},
            "last": {"$ref": "#/$defs/optionalDate"},
            "intervals": {
              "type": "object",
              "propertyNames": {"$ref": "#/$defs/interval"},
              "additionalProperties": {
                "type": "object",
                "properties": {
                  "expected": {"$ref": "#/$defs/count"},
                  "present": {"$ref": "#/$defs/count"},
                  "quality": {"$ref": "#/$defs/percent"},
                  "gaps": {"$ref": "#/$defs/count"}
                },
                "required": ["expected", "present", "quality", "gaps"],
                "additionalProperties": false
              }
            }
          },
          "required": ["first", "last", "intervals"],
          "additionalProperties": false
        },
        "tick": {
          "type": "array",
          "prefixItems": [
            {"$ref": "#/$defs/instant"}, {"type": "number"}, {"type": "number"},
            {"$ref": "#/$defs/text"}, {"$ref": "#/$defs/text"}, {"type": "boolean"}
          ],
          "items": false,
          "minItems": 3
        },
        "quote": {
          "type": "array",
          "prefixItems": [
            {"$ref": "#/$defs/instant"}, {"$ref": "#/$defs/number"}, {"$ref": "#/$defs/number"},
            {"$ref": "#/$defs/number"}, {"$ref": "#/$defs/number"}
          ],
          "items": false,
          "minItems": 5
        },
        "indicator": {
          "type": "object",
          "properties": {
            "name": {"type": "string"},
            "parameters": {"type": "object", "additionalProperties": {"type": "number"}},
            "interval": {"$ref": "#/$defs/interval"},
            "anchor": {"enum": ["continuous", "session"]},
            "usual_anchor": {"enum": ["continuous", "session"]},
            "on_gap": {"enum": ["carry", "reset"]},
            "need": {"$ref": "#/$defs/count"},
            "counts": {"enum": ["bars", "days"]},
            "columns": {
              "type": "array",
              "prefixItems": [{"const": "start"}],
              "items": {"type": "string"},
              "minItems": 2
            },
            "have": {"$ref": "#/$defs/count"},
            "ready": {"type": "boolean"},
            "last_update": {"$ref": "#/$defs/optionalInstant"},
            "values": {
              "type": "array",
              "items": {
                "type": "array",
                "prefixItems": [{"$ref": "#/$defs/instant"}],
                "items": {"$ref": "#/$defs/number"},
                "minItems": 2
              }
            }
          },
          "required": [
            "name", "parameters", "interval", "anchor", "usual_anchor", "on_gap", "need", "counts",
            "columns", "have", "ready", "last_update", "values"
          ],
          "additionalProperties": false
        },
        "rejected": {
          "type": "object",
          "properties": {
            "class": {
              "enum": [
                "off-grid", "outside-hours", "non-trading-day", "outside-calendar", "duplicate",
                "bad-ohlc", "unparsable"
              ]
            },
            "file": {"type": "string"},
            "line": {"$ref": "#/$defs/count"},
            "text": {"type": "string"},
            "reason": {"type": "string"},
            "bar": {"$ref": "#/$defs/figures"},
            "start": {"$ref": "#/$defs/instant"}
          },
          "required": ["class", "file", "line", "text", "reason"],
          "additionalProperties": false
        },
        "revision": {
          "type": "object",
          "properties": {
            "interval": {"$ref": "#/$defs/interval"},
            "change": {"$ref": "#/$defs/count"},
            "old": {"$ref": "#/$defs/figures"},
            "trades": {"$ref": "#/$defs/number"},
            "vwap": {"$ref": "#/$defs/number"},
            "received": {"$ref": "#/$defs/optionalInstant"},
            "replaced_at": {"$ref": "#/$defs/optionalInstant"}
          },
          "required": [
            "interval", "change", "old", "trades", "vwap", "received", "replaced_at"
          ],
          "additionalProperties": false
        },

        "delta": {
          "type": "object",
          "description": "Edits of a session, in order; applying them computes nothing.",
          "properties": {
            "format": {"const": "sess-delta"},
            "version": {"const": 1},
            "since": {"$ref": "#/$defs/count"},
            "sequence": {"$ref": "#/$defs/count"},
            "changes": {"type": "array", "items": {"$ref": "#/$defs/change"}}
          },
          "required": ["format", "version", "since", "sequence", "changes"],
          "additionalProperties": false
        },
        "change": {
          "type": "object",
          "properties": {
            "seq": {"$ref": "#/$defs/count"},
            "op": {"enum": ["set", "insert", "remove"]},
            "address": {"type": "string", "minLength": 1},
            "value": true
          },
          "required": ["seq", "op", "address", "value"],
          "additionalProperties": false,
          "oneOf": [
            {"properties": {"op": {"const": "set"}}},
            {"properties": {"op": {"const": "insert"}, "value": {"type": "array", "minItems": 1}}},
            {
              "properties": {
                "op": {"const": "remove"},
                "value": {
                  "anyOf": [
                    {"type": "null", "description": "the value at the address"},
                    {"description": "a list from a position on", "$ref": "#/$defs/count"},
                    {
                      "description": "the items of a list between two keys, both included",
                      "type": "array",
                      "items": {"anyOf": [{"$ref": "#/$defs/instant"}, {"$ref": "#/$defs/date"}]},
                      "minItems": 2,
                      "maxItems": 2
                    }
                  ]
                }
              }
            }
          ]
        }
      }
    }

    """#
}
