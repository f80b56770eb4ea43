"""An invented trilingual newsroom served on loopback: for `tripoint demo` and the acceptance tests.

Twenty-four outlets print the labelled news day; three more cannot be read, so that an issue shows what Tripoint says
then. None of these three printed anything that day, so that every labelled article can be found.

| side       | outlets | read well | may its silence be printed (80 %, and five)? |
|------------|---------|-----------|----------------------------------------------|
| Washington | 8       | 7, one stale since 2023             | yes, 87.5 %        |
| Moscow     | 6       | 6 (a seventh is in exile: elsewhere) | yes, 100 %         |
| Beijing    | 8       | 7, one refuses connections          | yes, 87.5 %        |
| elsewhere  | 4       | 3, one behind a bot wall            | never              |

"Not known" still appears: where a headline of a side that was read may tell the story and cannot be ruled out.
"""
