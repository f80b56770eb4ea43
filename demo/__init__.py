"""An invented trilingual newsroom served on loopback: for `tripoint demo` and the acceptance tests.

Twenty-four outlets print the labelled news day; three more cannot be read, so that an issue shows what Tripoint says
then. None of these three printed anything that day, so that every labelled article can be found.

| side       | outlets | read well                            | may its silence be printed?                       |
|------------|---------|--------------------------------------|---------------------------------------------------|
| Washington | 8       | 7, one stale since 2023              | yes: the eighth is known to be out                |
| Moscow     | 6       | 6 (a seventh is in exile: elsewhere) | yes                                               |
| Beijing    | 8       | 7, one refuses connections           | no: that one was never read and may have told all |
| elsewhere  | 4       | 3, one behind a bot wall             | never                                             |

"Not known" appears of the other two as well: where a headline there may tell the story and cannot be ruled out.
"""
