import unittest
from decimal import Decimal

from shop.orders import Order


class OrderTest(unittest.TestCase):
    def test_net_adds_every_line(self):
        order = Order().add("apple", "0.30", 3).add("bread", "2.50")
        self.assertEqual(order.net(), Decimal("3.40"))

    def test_gross_holds_the_tax(self):
        order = Order(tax_percent=7).add("bread", "2.50")
        self.assertEqual(order.gross(), Decimal("2.68"))


if __name__ == "__main__":
    unittest.main()
