from django.urls import path

from oms.dashboard.returns import asking, lists, policy, station, steps

urlpatterns = [
    path("", lists.return_list, name="returns"),
    path("policy/", policy.policy, name="return_policy"),
    path("new/", asking.new_return, name="return_new"),
    path("<int:number>/", lists.return_page, name="return"),
    path("<int:number>/approve/", steps.approve, name="return_approve"),
    path("<int:number>/decline/", steps.decline, name="return_decline"),
    path("<int:number>/cancel/", steps.cancel, name="return_cancel"),
    path("<int:number>/sent/", steps.sent, name="return_sent"),
    path("<int:number>/finish/", steps.finish, name="return_finish"),
    path("<int:number>/receive/", station.receive, name="return_receive"),
    path("<int:number>/inspect/", station.inspect, name="return_inspect"),
]
