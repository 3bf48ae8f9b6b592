"""A month counted, written as a workbook, frozen."""
