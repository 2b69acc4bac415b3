"""May this order proceed? Pure checks over one flat sheet of facts per order.

`sheet` is what the checks see, `address`, `lines`, `payment` and `fraud` say what each thinks,
`judging` puts it together: points, verdicts in words, and the holds that follow.
"""
