"""lemon24's reader, used as its documentation says: `reader_peer.py DATABASE < URLS`.

Prints one JSON line per round: the CPU seconds of `update_feeds`, and the number of entries.
"""

import json
import sys
import time

from reader import make_reader

ROUNDS = ("cold", "304")

reader = make_reader(sys.argv[1])
for line in sys.stdin:
    reader.add_feed(line.strip())
for name in ROUNDS:
    start = time.process_time()
    reader.update_feeds(workers=8, scheduled=False)
    spent = time.process_time() - start
    print(json.dumps({"round": name, "cpu_s": spent, "entries": reader.get_entry_counts().total}))
