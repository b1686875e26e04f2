"""What an operator is told of parts that an image goes without."""

from __future__ import annotations

from mypage.failures import sentence


def test_a_part_of_the_laptop_that_is_not_in_the_image_is_named_as_that() -> None:
    """`mypage up` in the image of the command line."""
    missing = ModuleNotFoundError("No module named 'mypage.local.system'", name="mypage.local.system")
    assert "このイメージには mypage up の部品がありません" in sentence(missing)


def test_any_other_missing_module_is_a_fault_of_ours() -> None:
    """It is told with a reference for the developers."""
    assert "予期しない誤り" in sentence(ModuleNotFoundError("No module named 'regex'", name="regex"))
