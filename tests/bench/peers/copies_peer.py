"""Near-duplicate search by MinHash and LSH: `copies_peer.py datasketch|rensa < DOCUMENTS`.

Reads one JSON object a line: `text`, and whether it is `measured`; the others only fill the index. Each
document is looked up and then added. Prints CPU seconds of the measured ones, and how many had a match.
"""

import json
import sys
import time

PERMUTATIONS, THRESHOLD, SHINGLE = 128, 0.5, 3


def shingles(text):
    """The distinct runs of words of a text."""
    words = text.lower().split()
    return {" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))}


def datasketch_index():
    """Functions that look up and add a document."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)

    def sign(text):
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([each.encode() for each in shingles(text)])
        return signature

    return sign, index.query, lambda number, signature: index.insert(str(number), signature)


def rensa_index():
    """The same with rensa."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)

    def sign(text):
        signature = RMinHash(num_perm=PERMUTATIONS, seed=1)
        signature.update(list(shingles(text)))
        return signature

    return sign, index.query, index.insert


def main():
    """Read, measure, print."""
    sign, query, insert = datasketch_index() if sys.argv[1] == "datasketch" else rensa_index()
    spent, measured, found = 0.0, 0, 0
    for number, line in enumerate(sys.stdin):
        document = json.loads(line)
        start = time.process_time()
        signature = sign(document["text"])
        is_found = bool(query(signature))
        insert(number, signature)
        if document["measured"]:
            spent += time.process_time() - start
            measured += 1
            found += is_found
    print(json.dumps({"cpu_s": spent, "documents": measured, "found": found}))


if __name__ == "__main__":
    main()
