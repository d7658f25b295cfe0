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
    "appraisal": ("等次之外，希望把没办成的事列出来，明年接着问。",),
}
"""Comments by item id, in the order in which they come."""

REMARKS = "会议由议事会召集人主持，居务监督委员会全程在场。困难补助一项只听取意见，评议以无记名投票进行。"
"""What the scripted chair adds to the minutes."""
