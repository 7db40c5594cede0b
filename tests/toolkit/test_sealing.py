from __future__ import annotations

import pytest

from toolkit.sealing import SealError, seal, unseal


def test_a_sealed_secret_opens_for_its_owner_only() -> None:
    sealed = seal("hush", owner="1:hook:7")
    assert "hush" not in sealed
    assert unseal(sealed, owner="1:hook:7") == "hush"
    with pytest.raises(SealError):
        unseal(sealed, owner="2:hook:7")


def test_two_seals_of_one_secret_differ() -> None:
    assert seal("hush", owner="1") != seal("hush", owner="1")


def test_a_changed_key_still_opens_as_a_fallback_and_not_without(settings) -> None:
    sealed = seal("hush", owner="1")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-secret-key"
    with pytest.raises(SealError):
        unseal(sealed, owner="1")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed, owner="1") == "hush"


@pytest.mark.parametrize("damage", ["", "x", "00000000.abc", "{id}.????", "{id}.AAAA"])
def test_a_damaged_text_is_refused(damage: str) -> None:
    with pytest.raises(SealError):
        unseal(damage.replace("{id}", seal("x", owner="1").partition(".")[0]), owner="1")
