"""Tables that are cards on a phone."""

from __future__ import annotations

from django.template import Context, Template

TABLE = ('{% stacked %}<table class="plain"><caption>Callbacks</caption><thead><tr><th scope="col">Due <b>by</b></th><th scope="col">Who "calls"</th>'
         '<th scope="col"><span class="vh">Act</span></th></tr></thead><tbody>{% for row in rows %}<tr><th scope="row">{{ row }}</th>'
         '<td class="n">Bob</td><td><button>Call</button></td></tr>{% endfor %}</tbody>'
         '<tfoot><tr><th scope="row" colspan="2">In all</th><td>3</td></tr></tfoot></table>{% endstacked %}')


def shown(*rows: str) -> str:
    return Template(TABLE).render(Context({"rows": rows}))


def test_each_cell_says_the_name_of_its_column() -> None:
    page = shown("10:00", "11:00")
    assert page.count('<th role="rowheader" scope="row" data-label="Due by">') == 2
    assert page.count('<td role="cell" class="n" data-label="Who &quot;calls&quot;">Bob') == 2


def test_a_column_whose_name_is_only_spoken_gives_its_cells_none() -> None:
    assert '<td role="cell"><button>' in shown("10:00")


def test_a_table_laid_out_as_cards_is_a_table_still() -> None:
    page = shown("10:00")
    assert '<table role="table" class="plain stacked">' in page
    assert page.count('role="rowgroup"') == 3
    assert page.count('role="row"') == 3
    assert page.count('role="columnheader"') == 3
    assert "data-label" not in page.partition("</thead>")[0]


def test_words_of_a_cell_that_look_like_a_table_stay_words() -> None:
    assert "&lt;td&gt;" in shown("<td>")


def test_a_cell_across_several_columns_has_no_name_and_the_next_one_its_own() -> None:
    page = Template(TABLE.replace('<span class="vh">Act</span>', "Calls")).render(Context())
    assert '<th role="rowheader" scope="row" colspan="2">In all' in page
    assert '<td role="cell" data-label="Calls">3' in page
