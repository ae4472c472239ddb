"""Co-browsing without an X screen: pictures by DevTools' screencast, input by DevTools alone."""

import unittest

from test_cobrowse import BLUE, GREEN, RED, YELLOW, CobrowseTest


class WithoutAScreen(CobrowseTest):
    changes = {"renderer": {"capture": "cdp"}}

    def test_both_see_the_same_and_type(self):
        session = self.make()
        visitor, agent = self.visitor(session), self.agent(session)
        for person in (visitor, agent):
            person.sees(100, 100, RED)
            person.wait_for("route", ("relay/udp", "relay/tcp"))
        visitor.click_at(100, 100)
        for person in (visitor, agent):
            person.sees(100, 100, BLUE)
        visitor.click_at(400, 70)
        visitor.write("hello")
        for person in (visitor, agent):
            person.sees(1000, 600, GREEN)

    def test_a_list_of_a_select_is_seen_and_clicked(self):
        session = self.make()
        visitor, agent = self.visitor(session), self.agent(session)
        visitor.sees(100, 100, RED)
        visitor.click_at(800, 320)
        # The first row is the chosen one, in the list's colour.
        agent.sees(880, 360, [26, 115, 232])
        visitor.click_at(760, 410)
        for person in (visitor, agent):
            person.sees(1100, 600, YELLOW)


if __name__ == "__main__":
    unittest.main()
