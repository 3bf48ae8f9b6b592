"""A voice note is recorded in the page, stands among the chosen files, and is a voice to whoever opens it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from casework.media import HEAD, media_of
from counter.settings import CounterSettings
from tests.counter.conftest import Page as Served
from tests.counter.phones import looked_at, phone, picture

ASKED = {"zh": "录音", "en": "Record"}
REFUSED = {"zh": "没有允许使用麦克风", "en": "The microphone was not allowed"}
NONE = {"zh": "这个浏览器不能直接录音", "en": "This browser cannot record"}
BESIDE = """Array.from(document.querySelectorAll("#chosen li")).every(line => {
  const name = line.querySelector("span");
  return line.querySelector(".away").offsetTop < name.offsetTop + name.offsetHeight; })"""
PLAYED = """async () => {
  const one = document.querySelector("#chosen audio"); await one.play(); return one.error === null; }"""


@pytest.mark.browser
@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_voice_is_recorded_kept_listened_to_and_sent(page: Served, browser: Browser, language: str) -> None:
    heard: list[str] = []
    with phone(browser, page, language, heard) as hand:
        hand.context.grant_permissions(["microphone"])
        hand.set_input_files("#files", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
        assert hand.inner_text("#voice-button") == ASKED[language]
        hand.click("#voice-button")
        hand.wait_for_selector("#voice-running:has-text('0:01')")
        looked_at(hand, f"records-{language}")
        hand.click("#voice-button")
        hand.wait_for_selector("#chosen li:nth-child(2) audio")
        assert hand.inner_text("#voice-button") == ASKED[language]
        looked_at(hand, f"recorded-{language}")
        assert hand.evaluate(BESIDE), "what removes a note stands beside its name, not below"
        assert hand.evaluate(PLAYED), "it is listened to before it is sent"
        hand.reload()
        hand.wait_for_selector("#chosen li:nth-child(2) audio")
        for name, value in (("who", "others"), ("work", "other")):
            hand.check(f"input[name={name}][value={value}]")
        hand.click("#voice-button")  # and one more, that still runs when "Send" is pressed
        hand.wait_for_selector("#voice-running:has-text('0:01')")
        hand.click("button[type=submit]")
        hand.wait_for_selector("#receipt")
    (raw,) = page.office.pull(None, now=page.now)
    sent = [b"".join(page.office.fetch(raw, one)) for one in page.office.attachments(raw)]
    kinds = [media_of(one[:HEAD]) for one in sent]
    assert [one.type for one in kinds if one] == ["image/jpeg", "audio/webm", "audio/webm"]
    assert heard == []


@pytest.mark.browser
@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refused_microphone_and_a_browser_without_a_recorder_are_said(
    page: Served, browser: Browser, language: str
) -> None:
    heard: list[str] = []
    with phone(browser, page, language, heard) as hand:
        hand.context.grant_permissions(["geolocation"])  # and with that no other
        hand.click("#voice-button")
        hand.wait_for_selector(f"#voice-said:has-text('{REFUSED[language]}')")
        assert hand.is_enabled("#voice-button"), "who allows it may try again"
        looked_at(hand, f"refused-{language}")
        hand.context.add_init_script("delete window.MediaRecorder")
        hand.reload()
        assert NONE[language] in hand.inner_text("#voice-said")
        assert not hand.is_visible("#voice-button")
        looked_at(hand, f"no-recorder-{language}")
    assert heard == []


def test_a_note_ends_before_it_is_too_large(page: Served) -> None:
    small = CounterSettings(folder=page.settings.folder, file_megabytes=1)
    assert small.voice_seconds * 192_000 // 8 <= 1_000_000
    assert page.settings.voice_seconds == 600
    assert 'id="voice" class="voice" hidden' in page.phone().get("/").text, "without a script nothing of it shows"


def test_only_the_form_may_use_the_microphone(page: Served) -> None:
    telephone = page.phone()
    wrong = telephone.post("/report", data={"csrf": ""})
    assert wrong.headers["permissions-policy"] == "camera=(), geolocation=(), microphone=()"
    for path in ("/progress", "/privacy", "/n", "/static/record.js", "/nothing"):
        headers = telephone.get(path).headers
        assert headers["permissions-policy"] == "camera=(), geolocation=(), microphone=()", path
        assert "blob:" not in headers["content-security-policy"], path
    headers = telephone.get("/").headers
    assert headers["permissions-policy"] == "camera=(), geolocation=(), microphone=(self)"
    policy = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    assert headers["content-security-policy"] == f"{policy}; media-src 'self' blob:"
    assert headers["x-frame-options"] == "DENY"


def box(kind: bytes, *inside: bytes) -> bytes:
    """A box of an MP4."""
    body = b"".join(inside)
    return (len(body) + 8).to_bytes(4) + kind + body


def recorded(*handlers: bytes) -> bytes:
    """The beginning of what iPhones record: the list of tracks before the sound, in a brand that says nothing."""
    tracks = [
        box(
            b"trak",
            box(b"tkhd", bytes(84)),
            box(b"mdia", box(b"mdhd", bytes(24)), box(b"hdlr", bytes(8), one, bytes(13))),
        )
        for one in handlers
    ]
    return box(b"ftyp", b"iso5", bytes(4), b"iso5hlsf") + box(b"moov", box(b"mvhd", bytes(100)), *tracks) + box(b"moof")


def webm(*kinds: int) -> bytes:
    """The beginning of a WebM as it is recorded, whose segment does not know its size."""
    entries = b"".join(b"\xae\x86\xd7\x81\x01\x83\x81" + bytes([one]) for one in kinds)
    tracks = b"\x16\x54\xae\x6b" + bytes([0x80 | len(entries)]) + entries
    return b"\x1a\x45\xdf\xa3\x84\x42\x86\x81\x01\x18\x53\x80\x67\x01" + b"\xff" * 7 + tracks + b"\x1f\x43\xb6\x75"


def test_what_iphones_record_is_a_voice_and_a_film_with_sound_is_a_film() -> None:
    found = [
        media_of(one)
        for one in (recorded(b"soun"), recorded(b"vide", b"soun"), recorded(), webm(2), webm(1, 2), webm())
    ]
    assert [one.type for one in found if one] == [
        "audio/mp4",
        "video/mp4",
        "video/mp4",
        "audio/webm",
        "video/webm",
        "video/webm",
    ]


@given(st.sampled_from([recorded(b"soun"), webm(2)]), st.binary(max_size=80), st.data())
def test_what_is_cut_or_broken_stays_a_film_or_a_voice_and_never_raises(
    whole: bytes, noise: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(16, len(whole)))
    found = media_of((whole[:at] + noise)[:HEAD])
    assert found
    assert found.type in ("audio/mp4", "video/mp4", "audio/webm", "video/webm")
