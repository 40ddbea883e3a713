from __future__ import annotations

from asynchat.markup.grammar import grammar


def test_only_what_people_type_in_chat_is_on() -> None:
    """HTML, headings, images, tables, references and entities are off."""
    rules = grammar().get_active_rules()
    assert sorted(rules["block"]) == ["blockquote", "fence", "list", "paragraph"]
    assert not {"html_inline", "image", "entity"} & set(rules["inline"])


def test_a_link_leads_to_the_web_or_is_none() -> None:
    """Whatever is no address of the web is refused as a link."""
    md = grammar()
    assert md.validateLink("https://example.org/")
    assert not md.validateLink("javascript:alert(1)")
