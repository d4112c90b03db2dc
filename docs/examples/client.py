"""Confirm the first commitment that is being checked: list the queue, take the case, decide, download the certificate.

Needs nothing but Python:  SITE=https://credit.example.gov.cn TOKEN=ccw_… python3 client.py
The token needs cases:read, cases:write and documents:read.
"""

import json
import os
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

SITE, TOKEN = os.environ["SITE"], os.environ["TOKEN"]


def call(method: str, path: str, body: object = None) -> bytes:
    """One call. A POST bears a key, so that sending it again can never act twice."""
    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "Accept-Language": "en",
        "Content-Type": "application/json",
    }
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{SITE}/api/v1{path}", sent, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read()
    except urllib.error.HTTPError as refused:
        problem = json.load(refused)
        if problem["code"] == "pending":  # the document is being made
            time.sleep(1)
            return call(method, path, body)
        raise SystemExit(f"{problem['status']} {problem['code']}: {problem['detail']}") from None


def confirm(number: str, checked_what: str) -> dict:
    """Take the case and decide; `version` says which state of it was decided on."""
    call("POST", f"/cases/{number}/claim")
    case = json.loads(call("GET", f"/cases/{number}"))
    said = {"version": case["version"], "given": {"checked_what": checked_what}}
    return json.loads(call("POST", f"/cases/{number}/steps/confirm_fulfilled", said))


waiting = json.loads(call("GET", "/queue?tab=open&workflow=commitment&state=checking"))["items"]
if not waiting:
    raise SystemExit("Nothing waits.")
for each in waiting:
    print(each["due_on"], each["number"], each["title"])
case = confirm(waiting[0]["number"], "现场查看，与承诺一致。")
print(case["number"], case["state"])
certificate = case["documents"][0]["number"]  # the newest stands first
Path(f"{certificate}.pdf").write_bytes(call("GET", f"/documents/{certificate}.pdf"))
print(f"{certificate}.pdf")
