"""Keys change, documents stay: after a rotation all old files are genuine; a withdrawn key proves nothing by itself."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509

from workflow_app.domain.refusals import Refused
from workflow_app.services.documents import detached, keys, own_keys, printing, sheets
from workflow_app.services.documents.signing import load_signer

from .conftest import NOW
from .test_printing import sheet

WORDS = {"reason": "系统认证确认", "name": "天津市河东区市场监督管理局"}
LATER = NOW.replace(year=2027)


@pytest.fixture(scope="module")
def pdf():
    return printing.render_pdf(sheets.page(sheet()), made_at=NOW)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def signer_of(folder):
    """The signer of a process that starts now."""
    return lambda: load_signer("", "", folder=folder)


def test_after_two_rotations_what_each_key_signed_is_genuine_and_names_its_key(
    session, signer_of, folder, pdf
):
    signers, files = [], []
    for _ in range(3):
        signer = signer_of()
        keys.remember(session, signer, now=NOW)
        signers.append(signer)
        files.append(signer.sign(pdf, **WORDS))
        own_keys.rotate(folder)
    newest = signer_of()
    verdicts = [keys.judge(session, newest, file) for file in files]
    assert [verdict.key_id for verdict in verdicts] == [signer.key_id for signer in signers]
    assert all(verdict.intact_and_trusted for verdict in verdicts)
    known = keys.certificates(session, newest)
    assert [key.signs_now for key in known] == [False, False, False, True]
    assert known[-1].first_used_at is None
    assert [key.retired_at for key in known] == [NOW, NOW, None, None]
    assert known[0].certificate == detached.certificate(signers[0])
    assert known[0].pem == signers[0].pem
    assert keys.judge(session, newest, files[0] + b"\n").claims_ours
    assert not keys.judge(session, newest, files[0] + b"\n").is_intact


def test_a_rotation_makes_a_new_certificate_under_the_same_authority_and_destroys_the_old_private_keys(
    folder, signer_of
):
    old = signer_of()
    new_folder = own_keys.rotate(folder)
    new = signer_of()
    assert new.key_id != old.key_id
    assert new.chain[1].dump() == old.chain[1].dump()
    assert sorted(each.name for each in (folder / "signing").iterdir()) == ["chain.pem"]
    assert sorted(each.name for each in new_folder.iterdir()) == ["ca.key", "chain.pem", "signer.key"]
    assert {stat.S_IMODE((new_folder / name).stat().st_mode) for name in ("ca.key", "signer.key")} == {0o600}
    authority, own = (x509.load_der_x509_certificate(new.chain[place].dump()) for place in (1, 0))
    own.verify_directly_issued_by(authority)
    assert own.not_valid_after_utc <= authority.not_valid_after_utc


def test_a_new_authority_is_made_when_it_is_asked_for(folder, signer_of):
    old = signer_of()
    own_keys.rotate(folder, has_new_authority=True)
    assert signer_of().chain[1].dump() != old.chain[1].dump()


def test_of_two_rotations_at_once_one_is_refused_and_no_key_is_lost(folder, signer_of):
    signer_of()

    def rotate(_):
        try:
            return own_keys.rotate(folder).name
        except Refused as refused:
            return str(refused.sentence)

    with ThreadPoolExecutor(2) as both:
        told = sorted(both.map(rotate, range(2)))
    assert told in (
        ["signing-2", "签名密钥正在由另一个进程更换，没有再次更换。"],
        ["signing-2", "signing-3"],  # they came one after the other
    )
    assert signer_of().key_id
    assert not [each.name for each in folder.iterdir() if not each.name.startswith("signing")]


def test_a_crash_in_the_middle_of_a_rotation_leaves_the_old_key_in_use(folder, signer_of):
    old = signer_of()
    (folder / "signing-2").mkdir()
    (folder / "signing-2" / "signer.key").write_text("half")
    assert signer_of().key_id == old.key_id


def test_a_withdrawn_key_proves_nothing_by_itself_and_signs_nothing_more(session, folder, signer_of, pdf):
    old = signer_of()
    keys.remember(session, old, now=NOW)
    file = old.sign(pdf, **WORDS)
    own_keys.rotate(folder)
    new = signer_of()
    keys.note_rotation(session, old, new, now=NOW)
    ended = keys.withdraw(session, new, old.key_id, why="  备份介质遗失 ", now=LATER)
    assert (ended.withdrawn_at, ended.withdrawn_why, ended.signs_now) == (LATER, "备份介质遗失", False)
    verdict = keys.judge(session, new, file)
    assert (verdict.is_intact, verdict.is_withdrawn, verdict.intact_and_trusted) == (True, True, False)
    assert (verdict.claims_ours, verdict.key_id) == (True, old.key_id)
    assert keys.judge(session, new, new.sign(pdf, **WORDS)).intact_and_trusted
    with pytest.raises(Refused, match="签名密钥已停用"):
        keys.remember(session, old, now=LATER)


@pytest.mark.parametrize(
    ("which", "why", "told"),
    [
        ("now", "遗失", "正在签发文书"),
        ("none", "遗失", "没有这把"),
        ("old", " ", "写明停用的原因"),
        ("twice", "遗失", "已经停用"),
    ],
)
def test_a_key_is_withdrawn_only_where_it_makes_sense(session, folder, signer_of, which, why, told):
    old = signer_of()
    own_keys.rotate(folder)
    new = signer_of()
    keys.note_rotation(session, old, new, now=NOW)
    if which == "twice":
        keys.withdraw(session, new, old.key_id, why="遗失", now=NOW)
    key_id = {"now": new.key_id, "none": "0" * 64}.get(which, old.key_id)
    with pytest.raises(Refused, match=told):
        keys.withdraw(session, new, key_id, why=why, now=NOW)


def test_a_key_that_was_put_back_from_a_backup_is_the_one_in_use(session, folder, signer_of):
    old = signer_of()
    keys.remember(session, old, now=NOW)
    own_keys.rotate(folder)
    keys.remember(session, signer_of(), now=NOW)
    keys.remember(session, old, now=LATER)
    assert [(key.signs_now, key.retired_at) for key in keys.certificates(session, old)] == [
        (True, None),
        (False, LATER),
    ]


def test_nobody_can_pass_for_us_with_a_certificate_that_our_own_authority_issued_elsewhere(
    session, folder, signer_of, pdf
):
    """Trust goes to the certificates that signed here, not to the authority: its key alone makes no document of ours."""
    ours = signer_of()
    keys.remember(session, ours, now=NOW)
    own_keys.rotate(folder)
    stranger = signer_of()
    assert stranger.chain[-1].dump() == ours.chain[-1].dump()
    verdict = keys.judge(session, ours, stranger.sign(pdf, **WORDS))
    assert not verdict.is_intact
    assert not verdict.claims_ours
