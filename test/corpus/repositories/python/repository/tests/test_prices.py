import unittest
from decimal import Decimal

from shop.prices import round_price, with_tax


class PricesTest(unittest.TestCase):
    def test_half_cents_go_up(self):
        self.assertEqual(round_price("1.005"), Decimal("1.01"))

    def test_tax_is_added(self):
        self.assertEqual(with_tax("10.00", 19), Decimal("11.90"))

    def test_negative_tax_is_refused(self):
        with self.assertRaises(ValueError):
            with_tax("10.00", -1)


if __name__ == "__main__":
    unittest.main()
