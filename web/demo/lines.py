"""What the demo's people say, item by item of the sample agenda."""

COMMENTS: dict[str, tuple[str, ...]] = {
    "stalls": (
        "早市方便老人买菜，但盲道一定要留出来。",
        "建议把收摊时间写在牌子上，八点五十就开始清扫。",
        "消防通道划黄线，谁占了当场劝走。",
    ),
    "lift": (
        "三楼以下的采光请设计单位到现场讲一讲。",
        "费用怎么分摊，希望先把外小区的例子贴出来看看。",
    ),
    "repairs": (
        "坡道先修吧，轮椅和婴儿车天天要走。",
        "小路晚上太黑，路灯也等不得。",
    ),
    "hardship": ("名单只公示姓氏和金额，不要写病情。",),
    "appraisal": ("希望评议表上能写具体意见，不只是打勾。",),
}
"""Comments by item id, in the order in which they come."""

REMARKS = "会议由议事会召集人主持，居务监督委员会全程在场。后两项议题只听取意见，待无记名表决时另行通知。"
"""What the scripted chair adds to the minutes."""
