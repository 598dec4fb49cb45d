"""A season on paper: months of shows, demand, mishaps and plans, so that ways can be compared.

One plan says little about how a factory should be planned. What counts is what comes of a *way*
of planning over months: which days buyers are told, how often the house plans anew, by which rule
the floor decides. So the season plays the whole loop in memory: buyers come and see a day, some
of them find it too late and go; what they take is made on a floor where work varies, machines
break down and material is late; what is made ships, in time or not. All ways meet the same season:
the same demand, the same patience of the same buyers, the same breakdowns.
"""
